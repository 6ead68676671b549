"""Opinion groups: people who vote alike, and what each group and all of them agree on.

Nouns: vote, position, opinion group, representative statement, bridging statement.
`engine.find_groups` is the way in; `reading` takes files, `command` serves `palabre opinions`.
Pure: votes in, a result out. What comes next for a voter is drawn in `votes.routing`.
"""
