"""The participatory budget: envelopes, projects from proposals, their study, vote and works.

Nouns: budget, envelope (a district's or the whole town's), project, study, district choice, works
step. Each envelope is one ballot (`votes/ballots`), so that counting, sealing and recount are those
of any vote; this package says which envelopes a person may vote in.
"""
