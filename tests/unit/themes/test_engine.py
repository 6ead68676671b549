"""Themes of small corpora written here: what joins what, what stays, what stands alone."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from synthesis.themes.engine import Document, Fixed, Previous, find_themes, split_theme
from synthesis.themes.result import ThemesResult

SUBJECTS = {
    "velo": ("piste cyclable", "vélo", "cycliste", "carrefour", "stationnement des vélos"),
    "ecole": ("école", "cantine", "enfants", "repas", "instituteurs"),
    "arbre": ("arbres", "plantation", "ombre", "jardin", "fleurs"),
}
PLACES = ("gare", "mairie", "marché", "rivière", "centre", "lycée", "église", "stade")


def documents(each: int = 14, seed: int = 1) -> list[Document]:
    """Three subjects said in as many ways as asked."""
    rng = random.Random(seed)
    found = []
    for subject, words in SUBJECTS.items():
        for n in range(each):
            one, two, three = rng.sample(words, 3)
            text = f"Il manque {one} près de la {rng.choice(PLACES)}, avec {two} et {three} n° {n}."
            found.append(Document(f"{subject}-{n}", text, author=f"person-{n}"))
    return found


def groups(result: ThemesResult) -> set[frozenset[str]]:
    return {frozenset(result.members(theme.id)) for theme in result.themes}


def subjects(result: ThemesResult) -> list[set[str]]:
    return [{one.split("-")[0] for one in members} for members in groups(result)]


def test_texts_about_one_thing_come_together() -> None:
    result = find_themes(documents(), themes=3)
    assert sorted(map(len, subjects(result))) == [1, 1, 1]
    assert result.coverage.received == 42 == result.coverage.in_themes + result.coverage.alone


def test_the_order_of_the_rows_changes_nothing() -> None:
    given_ = documents()
    shuffled = random.Random(5).sample(given_, len(given_))
    assert find_themes(given_, themes=3).as_json() == find_themes(shuffled, themes=3).as_json()


def test_renaming_the_ids_renames_the_result_and_nothing_else() -> None:
    given_ = documents()
    renamed = [replace(d, id=f"x{n:03}") for n, d in enumerate(given_)]
    back = {f"x{n:03}": d.id for n, d in enumerate(given_)}
    after = {frozenset(back[one] for one in group) for group in groups(find_themes(renamed, 3))}
    assert after == groups(find_themes(given_, 3))


def test_keywords_are_written_words_and_differ_between_themes() -> None:
    result = find_themes(documents(), themes=3)
    words = [word for theme in result.themes for word in theme.keywords]
    assert len(words) == len(set(words))
    text = " ".join(d.text.lower() for d in documents())
    assert all(word.lower() in text for word in words)
    assert len({theme.name for theme in result.themes}) == 3


def test_quotes_are_passages_of_their_contribution() -> None:
    given_ = {d.id: d for d in documents()}
    for theme in find_themes(documents(), themes=3).themes:
        assert theme.representatives
        for item in theme.representatives:
            assert item.passage in given_[item.id].text
            assert item.why in ("central", "different")


def test_copies_count_once_as_texts_and_each_as_a_contribution() -> None:
    copied = (
        "Nous demandons que la mairie renonce au projet de parking sous la place du marché, "
        "qui coûterait trop cher et ferait disparaître les arbres."
    )
    campaign = [Document(f"copy-{n}", copied + " " * n, author=f"a{n}") for n in range(30)]
    result = find_themes(documents() + campaign, themes=3)
    group = result.duplicates[0]
    assert (len(group.ids), group.people, group.kind) == (30, 30, "campaign")
    places = {result.assignments[one].theme for one in group.ids if one in result.assignments}
    assert len(places) <= 1, "copies are never apart"


def test_people_are_counted_apart_from_contributions() -> None:
    given_ = [replace(d, author="the same") for d in documents()]
    given_[0] = replace(given_[0], speaks_for=12)
    result = find_themes(given_, themes=1)
    assert [(t.size, t.people) for t in result.themes] == [(42, 13)]


def test_what_stands_alone_has_a_reason() -> None:
    strange = [
        Document("short", "Oui"),
        Document("empty", ""),
        Document("emoji", "🙂🙂🙂"),
        Document("far", "Zygomorphe quintefeuille hétérodoxe, xylophage panégyrique."),
        Document("other", "Ich möchte, dass die Züge nachts nicht so laut durch das Dorf fahren."),
    ]
    result = find_themes(documents() + strange, themes=3)
    reasons = {item.id: item.reason for item in result.alone}
    assert reasons["short"] == "too short"
    assert reasons["empty"] == "no words" == reasons["emoji"]
    assert reasons["far"] == "no neighbour"
    assert reasons["other"] == "other language"


def test_new_contributions_join_without_moving_the_old_ones() -> None:
    old = documents(each=10)
    first = find_themes(old, themes=3)
    before = {theme.id: first.members(theme.id) for theme in first.themes}
    every = documents(each=14)
    more = [replace(d, id=f"new-{d.id}") for d in every if int(d.id.split("-")[1]) >= 10]
    after = find_themes(old + more, previous=Previous(before))
    for one, found in first.assignments.items():
        assert after.assignments[one].theme == found.theme
    joined = {after.assignments[d.id].theme for d in more if d.id in after.assignments}
    assert joined <= set(before)


def test_a_subject_never_heard_makes_a_theme_of_its_own() -> None:
    first = find_themes(documents(), themes=3)
    before = Previous({theme.id: first.members(theme.id) for theme in first.themes})
    rng = random.Random(3)
    words = ("piscine", "natation", "bassin", "maître nageur", "plongeoir", "vestiaires")
    new = [
        Document(f"new-{n}", "Des {} pour {} et {} ouvert tard.".format(*rng.sample(words, 3)))
        for n in range(16)
    ]
    after = find_themes(documents() + new, previous=before)
    assert set(before.themes) < {theme.id for theme in after.themes}
    added = {after.assignments[d.id].theme for d in new if d.id in after.assignments}
    assert len(added - set(before.themes)) == 1
    assert len(added) == 1


def test_another_number_of_themes_regroups_and_keeps_identities() -> None:
    first = find_themes(documents(), themes=3)
    before = Previous({theme.id: first.members(theme.id) for theme in first.themes})
    fewer = find_themes(documents(), themes=2, previous=before)
    assert {theme.id for theme in fewer.themes} < set(before.themes)


def test_what_people_decided_holds() -> None:
    first = find_themes(documents(), themes=3)
    one, two, three = (theme.id for theme in first.themes)
    held = first.members(one)[:5]
    moved = first.members(two)[0]
    aside = first.members(three)[0]
    fixed = Fixed(
        moved={moved: three}, set_aside=[aside], locked={one: held}, names={two: "Mon nom"}
    )
    before = Previous({theme.id: first.members(theme.id) for theme in first.themes})
    after = find_themes(documents(), previous=before, fixed=fixed)
    assert sorted(after.members(one)) == sorted(held), "nothing enters or leaves a locked theme"
    assert (after.assignments[moved].theme, after.assignments[moved].strength) == (three, 1.0)
    assert {item.id: item.reason for item in after.alone}[aside] == "by hand"
    assert {theme.id: theme.name for theme in after.themes}[two] == "Mon nom"


def test_a_long_contribution_may_belong_to_two_themes() -> None:
    rng = random.Random(8)
    bikes = ". ".join(" ".join(rng.sample(SUBJECTS["velo"], 4)) for _ in range(12))
    school = ". ".join(" ".join(rng.sample(SUBJECTS["ecole"], 4)) for _ in range(18))
    result = find_themes([*documents(), Document("long", f"{bikes}. {school}.")], themes=3)
    found = result.assignments["long"]
    names = {result.assignments[f"{s}-0"].theme for s in ("velo", "ecole")}
    assert {found.theme, found.second} == names


def test_a_cut_puts_each_document_in_one_part() -> None:
    parts = split_theme(documents(), parts=3)
    members = [one for part in parts for one in part.members]
    assert sorted(members) == sorted(d.id for d in documents())
    assert len({part.name for part in parts}) == len(parts) == 3


def test_texts_that_do_not_fall_apart_are_not_cut() -> None:
    same = [Document(str(n), "Un parc pour tous les enfants du quartier.") for n in range(20)]
    assert split_theme(same, parts=2) == []


def test_two_contributions_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        find_themes([Document("a", "Un"), Document("a", "Deux")])
    with pytest.raises(ValueError, match="At least one"):
        find_themes([], themes=0)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Un seul texte."],
        ["Le même texte pour tout le monde ici."] * 25,
        ["🙂", "🙃🙃", "👍"],
        ["mot " * 12_000, "autre mot " * 500, "encore un mot"],
        ["مرحبا بالعالم يا مدينتي", "שלום עולם", "Un texte français", "مدينتي جميلة"],
        ["<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<b><i>", "&amp;amp;amp;", "< a > b"],
        ["\x00\x01\x02", "\ud7ff\ue000", "a\u0301" * 300],
        [
            "Ein Text",
            "Un texte",
            "A text",
            "Un testo",
            "Tekst",
            "テキスト",
            "문장",
            "текст",
            "κείμενο",
        ],
    ],
)
def test_hostile_corpora_give_a_result(texts: list[str]) -> None:
    result = find_themes([Document(str(n), text) for n, text in enumerate(texts)])
    placed = set(result.assignments) | {item.id for item in result.alone}
    assert placed == {str(n) for n in range(len(texts))}
    assert json.loads(result.as_json())["coverage"]["received"] == len(texts)


words = st.sampled_from(["vélo", "école", "arbre", "rue", "bus", "le", "de", "12", "🙂", "Ünïcode"])
texts = st.lists(st.lists(words, max_size=12).map(" ".join), max_size=25)


@settings(max_examples=25, deadline=None)
@given(texts, st.integers(1, 6), st.randoms(use_true_random=False))
def test_every_contribution_has_exactly_one_place(
    found: list[str], number: int, rng: random.Random
) -> None:
    given_ = [Document(str(n), text) for n, text in enumerate(found)]
    result = find_themes(given_, themes=number)
    alone = [item.id for item in result.alone]
    assert sorted([*result.assignments, *alone]) == sorted(d.id for d in given_)
    assert len(result.themes) <= number
    assert sum(theme.size for theme in result.themes) == len(result.assignments)
    rng.shuffle(given_)
    assert find_themes(given_, themes=number).digest == result.digest


def test_progress_grows_to_one() -> None:
    told: list[float] = []
    find_themes(documents(), themes=3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
