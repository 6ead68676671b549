"""`python -m votes.counting FILE --rule RULE`: the same as `palabre count`."""

from votes.counting.command import count

if __name__ == "__main__":
    count(prog_name="python -m votes.counting")
