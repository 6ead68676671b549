"""A recomputation never undoes what people have fixed."""

from __future__ import annotations

from hypothesis import given, strategies as st

from synthesis.drafting import Draft, DraftPlace, DraftTheme, Kept, held_to, own_key


def draft(**places: str | None) -> Draft:
    """`draft(t1="a", t2=None)`: contribution 1 in theme a, contribution 2 alone."""
    keys = sorted({key for key in places.values() if key})
    return Draft(
        themes=tuple(DraftTheme(key, f"Proposed {key}") for key in keys),
        places=tuple(DraftPlace(int(name[1:]), key, 0.8) for name, key in places.items()),
    )


def where(found: Draft) -> dict[int, str | None]:
    return {place.contribution_id: place.theme for place in found.places}


def test_a_contribution_moved_by_hand_goes_back_to_its_theme() -> None:
    kept = Kept(moved={1: ("b", 9)})
    found = held_to(draft(t1="a", t2="b"), kept)
    assert where(found) == {1: "b", 2: "b"}
    assert next(p for p in found.places if p.contribution_id == 1).moved_by == 9


def test_a_theme_that_the_machine_no_longer_proposes_returns_for_what_was_put_in_it() -> None:
    kept = Kept(moved={1: ("by-hand-1", 9)}, themes={"by-hand-1": DraftTheme("by-hand-1", "Bancs")})
    found = held_to(draft(t1="a", t2="a"), kept)
    assert ("by-hand-1", "Bancs") in [(theme.key, theme.name) for theme in found.themes]


def test_what_was_set_aside_stays_aside_with_its_reason() -> None:
    found = held_to(draft(t1="a"), Kept(set_aside={1: ("Hors sujet", 9)}))
    place = found.places[0]
    assert (place.theme, place.is_set_aside, place.reason) == (None, True, "Hors sujet")


def test_what_was_left_alone_by_hand_stays_alone() -> None:
    place = held_to(draft(t1="a"), Kept(moved={1: (None, 9)})).places[0]
    assert (place.theme, place.reason) == (None, "by hand")


def test_merged_themes_do_not_come_apart_even_through_a_chain() -> None:
    kept = Kept(merged={"a": "b", "b": "c"})
    found = held_to(draft(t1="a", t2="b", t3="c"), kept)
    assert where(found) == {1: "c", 2: "c", 3: "c"}
    assert [theme.key for theme in found.themes] == ["c"]


def test_the_machine_neither_fills_nor_empties_a_locked_theme() -> None:
    kept = Kept(locked={"a": frozenset({1, 2})}, themes={"a": DraftTheme("a", "Vélos")})
    found = held_to(draft(t1="a", t2="b", t3="a", t4="b"), kept)
    assert where(found) == {1: "a", 2: "a", 3: None, 4: "b"}
    stranger = next(p for p in found.places if p.contribution_id == 3)
    assert (stranger.reason, stranger.second) == ("locked", "a")


KEYS = st.sampled_from(["a", "b", "c", None])
MOVES = st.dictionaries(st.integers(0, 11), st.tuples(KEYS, st.integers(1, 3)), max_size=5)


@given(
    machine=st.lists(KEYS, min_size=12, max_size=12),
    moved=MOVES,
    aside=st.dictionaries(st.integers(0, 11), st.tuples(st.just("why"), st.just(1)), max_size=3),
    locked=st.dictionaries(
        st.sampled_from("ab"), st.frozensets(st.integers(0, 11), max_size=4), max_size=1
    ),
    merged=st.dictionaries(st.sampled_from("ab"), st.just("c"), max_size=2),
)
def test_everything_read_keeps_exactly_one_place_whatever_was_fixed(
    machine: list[str | None], moved: dict, aside: dict, locked: dict, merged: dict
) -> None:
    kept = Kept(moved=moved, set_aside=aside, locked=locked, merged=merged)
    found = held_to(draft(**{f"t{n}": key for n, key in enumerate(machine)}), kept)
    assert [place.contribution_id for place in found.places] == list(range(12))
    keys = {theme.key for theme in found.themes}
    for place in found.places:
        assert place.theme is None or place.theme in keys
        assert not (place.is_set_aside and place.theme)
        assert place.second is None or place.second in keys
    assert len(keys) == len(found.themes)


def test_a_new_theme_never_takes_a_key_that_was_used() -> None:
    assert own_key(["t1", "by-hand-2"]) == "by-hand-3"
    assert own_key([]) == "by-hand-1"
