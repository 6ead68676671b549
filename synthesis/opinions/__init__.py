"""Opinion groups: people who vote alike, and what each group and all of them agree on.

Nouns: vote, position, opinion group, representative statement, bridging statement.
`engine.find_groups` is the way in; `reading` takes files, `command` serves `palabre opinions`.
Pure: votes in, a result out. `routing` alone may be imported by a web process (numpy, no scipy).
"""
