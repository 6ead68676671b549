"""`python -m synthesis.opinions`, where Palabre's own command is not installed."""

from synthesis.opinions.command import opinions

opinions(prog_name="opinions")
