"""The officials' workshop, by plain forms and by htmx."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from civic.db import begin_write, commit, db as database
from civic.jobs import Job
from synthesis import actions, sources
from synthesis.correcting import actions as corrections
from synthesis.figures import coverage, theme_lines
from synthesis.models import State, Synthesis, Theme
from tests.conftest import CheckedClient
from tests.factories import Factories

HTMX = {"HX-Request": "true"}


class Desk:
    """An official at work on a version: two themes of four and three, two alone."""

    def __init__(self, make: Factories, signed_in: Callable[..., CheckedClient]) -> None:
        self.space = make.space()
        author = make.account()
        self.bikes = [make.proposal(self.space, author, f"Vélo {n}") for n in range(4)]
        self.trees = [make.proposal(self.space, author, f"Arbre {n}") for n in range(3)]
        self.alone = [make.proposal(self.space, author, f"Seul {n}") for n in range(2)]
        self.official = make.official(self.space)
        held = {"Vélos": self.bikes, "Arbres": self.trees}
        self.synthesis: Synthesis = make.synthesis(self.space, held, self.alone, self.official)
        self.slug = self.space.slug
        self.url = f"/spaces/{self.slug}/synthesis/workshop/1"
        self.signed_in = signed_in
        self.browser = signed_in(self.official)
        self.colleague = make.official(self.space)

    def theme(self, name: str) -> Theme:
        lines = theme_lines(self.synthesis)
        return next(line.theme for line in lines if line.theme.name == name)

    def sizes(self) -> dict[str, int]:
        database.session.expire_all()
        return {line.theme.name: line.size for line in theme_lines(self.synthesis)}

    def inside(self, name: str) -> str:
        return f"{self.url}/themes/{self.theme(name).id}"

    def publish(self, data: dict | None = None):
        """Submit as one official, publish as another; the answer to the second."""
        assert self.post(f"{self.url}/submission", data).status_code == 303
        other = self.signed_in(self.colleague)
        page = other.get(f"{self.url}/publication").page
        form = page.form(f"{self.url}/publication")
        answer = other.post(f"{self.url}/publication", data=form)
        database.session.refresh(self.synthesis)
        return answer

    def post(self, address: str, data: dict | None = None, turn: int | None = None, **more):
        database.session.refresh(self.synthesis)
        form = {"turn": self.synthesis.turn if turn is None else turn} | (data or {})
        return self.browser.submit(address, form, **more)


@pytest.fixture
def desk(make: Factories, signed_in: Callable[..., CheckedClient]) -> Desk:
    return Desk(make, signed_in)


def test_the_review_shows_themes_by_size_with_figures_and_the_rest(desk: Desk) -> None:
    page = desk.browser.get(desk.url).page
    names = [h.get_text(strip=True) for h in page.soup.select("article.theme h2")]
    assert names == ["Vélos", "Arbres"]
    assert f"{desk.url}/others" in page.links()
    assert page.soup.find("progress", id="reading")["value"] == "0"


def test_the_whole_journey_works_without_javascript(desk: Desk) -> None:
    vélos = desk.inside("Vélos")
    assert desk.post(f"{vélos}/name", {"name": "À vélo"}).headers["Location"].endswith(vélos)
    chosen = {"contribution": [desk.alone[0].id], "target": desk.theme("Arbres").id}
    answer = desk.post(f"{desk.url}/placing", chosen | {"new_name": ""})
    assert answer.headers["Location"].endswith("/others")
    chosen = {"contribution": [desk.alone[1].id], "because": "Hors sujet"}
    assert desk.post(f"{desk.url}/setting-aside", chosen).status_code == 303
    assert desk.sizes() == {"À vélo": 4, "Arbres": 4}
    for name in ("À vélo", "Arbres"):
        assert desk.post(f"{desk.inside(name)}/reading", {"wanted": "1"}).status_code == 303
    text = {"title": "Ce que vous avez dit", "intro": "Nous avons tout lu."}
    assert desk.post(f"{desk.url}/introduction", text).status_code == 303
    answered = {"decision": "accepted", "answer": "Nous le ferons."}
    assert desk.post(f"{desk.inside('Arbres')}/answer", answered).status_code == 303
    published = desk.publish()
    assert published.headers["Location"].endswith(f"/spaces/{desk.slug}/synthesis/1")
    page = desk.browser.get(f"/spaces/{desk.slug}/synthesis").page
    assert "Nous le ferons." in page.text
    assert coverage(desk.synthesis).set_aside == 1
    assert desk.synthesis.published_by_id == desk.colleague.id
    assert desk.colleague.name in page.text


def test_htmx_gets_the_changed_screen_with_the_next_turn(desk: Desk) -> None:
    theme = desk.theme("Vélos")
    data = {"contribution": [desk.bikes[0].id], "target": desk.theme("Arbres").id}
    answer = desk.post(f"{desk.url}/placing", data | {"from": theme.id}, headers=HTMX)
    assert answer.status_code == 200
    assert not answer.page.is_whole
    assert len(answer.page.soup.select("#inside article.source")) == 3
    database.session.refresh(desk.synthesis)
    assert answer.page.value_of("turn") == str(desk.synthesis.turn)
    assert answer.page.soup.find(id="status").get_text(strip=True)


def test_a_form_that_comes_too_late_is_given_back_with_what_was_typed(desk: Desk) -> None:
    seen = desk.synthesis.turn
    assert desk.post(f"{desk.inside('Vélos')}/name", {"name": "À vélo"}).status_code == 303
    address = f"{desk.inside('Arbres')}/name"
    late = desk.post(address, {"name": "Planter des arbres"}, turn=seen)
    assert late.status_code == 409
    assert desk.sizes() == {"À vélo": 4, "Arbres": 3}
    again = late.page.form(address)
    assert again["name"] == "Planter des arbres"
    assert "À vélo" in late.page.text, "it says what changed meanwhile"
    assert desk.browser.post(address, data=again).status_code == 303
    assert "Planter des arbres" in desk.sizes()


def test_htmx_is_told_of_a_late_form_in_the_message_area(desk: Desk) -> None:
    late = desk.post(f"{desk.inside('Arbres')}/lock", {"wanted": "1"}, turn=0, headers=HTMX)
    assert late.status_code == 409
    assert late.headers["HX-Retarget"] == "#messages"
    assert not late.page.is_whole


def test_a_late_text_is_shown_beside_the_one_that_was_saved(desk: Desk) -> None:
    address = f"{desk.inside('Arbres')}/answer"
    seen = desk.synthesis.turn
    desk.post(address, {"decision": "accepted", "answer": "La première réponse."})
    late = desk.post(address, {"decision": "rejected", "answer": "Mon texte."}, turn=seen)
    assert late.status_code == 409
    assert late.page.value_of("answer").strip() == "Mon texte."
    assert "La première réponse." in late.page.text
    form = {
        "answer": "Mon texte.",
        "decision": "rejected",
        "turn": late.page.value_of("turn"),
        "csrf_token": late.page.value_of("csrf_token"),
    }
    assert desk.browser.post(address, data=form).status_code == 303


def test_refused_forms_keep_what_was_chosen_and_say_why(desk: Desk) -> None:
    ids = [desk.alone[0].id]
    nameless = desk.post(
        f"{desk.url}/placing", {"contribution": ids, "target": "new", "new_name": " "}
    )
    assert nameless.status_code == 422
    assert nameless.page.soup.find(id=f"choose-{ids[0]}").has_attr("checked")
    assert nameless.page.soup.select("#error-summary li")
    because = desk.post(f"{desk.url}/setting-aside", {"contribution": ids, "because": ""})
    assert because.status_code == 422
    nothing = desk.post(f"{desk.url}/placing", {"target": "alone"})
    assert nothing.status_code == 422
    unnamed = desk.post(f"{desk.inside('Vélos')}/name", {"name": ""})
    assert unnamed.status_code == 422
    decided = desk.post(f"{desk.inside('Vélos')}/answer", {"decision": "rejected", "answer": ""})
    assert decided.status_code == 422
    assert desk.sizes() == {"Vélos": 4, "Arbres": 3}


def test_a_new_theme_a_merge_and_their_undoing(desk: Desk) -> None:
    new = {"contribution": [p.id for p in desk.alone], "target": "new", "new_name": "Divers"}
    assert desk.post(f"{desk.url}/placing", new).status_code == 303
    merged = desk.post(f"{desk.inside('Divers')}/merging", {"target": desk.theme("Arbres").id})
    assert merged.status_code == 303
    assert desk.sizes() == {"Vélos": 4, "Arbres": 5}
    page = desk.browser.get(desk.url).page
    undo = page.form(f"{desk.url}/undo/2")
    assert desk.browser.post(f"{desk.url}/undo/2", data=undo).status_code == 303
    assert desk.sizes() == {"Vélos": 4, "Arbres": 3, "Divers": 2}
    assert desk.browser.get(f"{desk.url}/changes").page.soup.select("ol.changes li strong")


def test_a_proposed_cut_is_shown_and_waits_for_a_decision(desk: Desk) -> None:
    begin_write()
    ids = [p.id for p in desk.bikes]
    parts = [
        {"name": "Pistes", "keywords": ["piste"], "members": ids[:3]},
        {"name": "Arceaux", "keywords": [], "members": ids[3:]},
    ]
    corrections.receive_cut(desk.theme("Vélos"), parts)
    commit()
    page = desk.browser.get(desk.inside("Vélos")).page
    assert "Arceaux" in page.text
    decision = f"{desk.inside('Vélos')}/cut/decision"
    assert desk.post(decision, {"wanted": "1"}).status_code == 303
    assert desk.sizes() == {"Vélos": 3, "Arbres": 3, "Arceaux": 1}


def test_the_place_that_the_machine_thinks_nearest_is_one_button(desk: Desk) -> None:
    begin_write()
    place = sources.placement(desk.synthesis, desk.alone[0].id)
    place.second_theme_id = desk.theme("Arbres").id
    commit()
    page = desk.browser.get(f"{desk.url}/others").page
    address = f"{desk.url}/placing/{desk.alone[0].id}/{desk.theme('Arbres').id}"
    assert page.soup.find("button", formaction=address)
    assert desk.post(address).status_code == 303
    assert desk.sizes()["Arbres"] == 4


def test_publishing_with_unread_themes_needs_a_clear_yes_and_is_told(desk: Desk) -> None:
    page = desk.browser.get(f"{desk.url}/publication").page
    assert page.soup.find("input", attrs={"name": "accepts_unread"})
    refused = desk.post(f"{desk.url}/submission")
    assert refused.status_code == 422
    assert desk.synthesis.state is State.REVIEW
    assert desk.publish({"accepts_unread": "y"}).status_code == 303
    assert desk.synthesis.state is State.PUBLISHED
    assert desk.synthesis.figures["unread_themes"] == 2


def test_the_one_who_submitted_sees_that_it_waits_and_cannot_publish(desk: Desk) -> None:
    desk.post(f"{desk.url}/submission", {"accepts_unread": "y"})
    page = desk.browser.get(f"{desk.url}/publication").page
    assert not page.soup.select("main form[method='post']")
    assert desk.post(f"{desk.url}/publication").status_code == 403
    desk.post(f"{desk.url}/introduction", {"title": "Titre", "intro": "Changée."})
    late = desk.signed_in(desk.colleague)
    page = late.get(f"{desk.url}/publication").page
    assert page.soup.select("form[action$='/submission']"), "it must be submitted again"


def test_a_correction_after_publication_is_visible_as_such(
    desk: Desk, client: CheckedClient
) -> None:
    desk.publish({"accepts_unread": "y"})
    public = f"/spaces/{desk.slug}/synthesis"
    before = len(client.get(public).page.soup.select(".meta li"))
    desk.post(f"{desk.url}/introduction", {"title": "Ce que vous dites", "intro": "Corrigé."})
    page = client.get(public).page
    assert "Corrigé." in page.text
    assert len(page.soup.select(".meta li")) == before + 1
    moved = desk.post(f"{desk.inside('Vélos')}/name", {"name": "Autre"})
    assert moved.status_code == 403


def test_only_officials_of_the_space_enter(
    desk: Desk, make: Factories, client: CheckedClient, signed_in: Callable[..., CheckedClient]
) -> None:
    addresses = [desk.url, desk.inside("Vélos"), f"{desk.url}/others", f"{desk.url}/progress"]
    stranger = signed_in(make.moderator(desk.space))
    for address in addresses:
        assert client.get(address).status_code == 401
        assert stranger.get(address).status_code == 404
    answer = stranger.submit(f"{desk.inside('Vélos')}/name", {"name": "Autre", "turn": 1})
    assert answer.status_code == 404


def test_a_theme_of_another_version_or_space_is_missing(desk: Desk, make: Factories) -> None:
    other = make.space()
    make.synthesis(other, {"Ailleurs": [make.proposal(other)]})
    theme = database.session.scalar(select(Theme).where(Theme.name_proposed == "Ailleurs"))
    assert theme is not None
    assert desk.browser.get(f"{desk.url}/themes/{theme.id}").status_code == 404
    merge = desk.post(f"{desk.inside('Vélos')}/merging", {"target": theme.id})
    assert merge.status_code == 404


def test_a_hidden_text_leaves_the_workshop_too(desk: Desk) -> None:
    begin_write()
    database.session.refresh(desk.bikes[0])
    desk.bikes[0].state = "hidden"
    commit()
    for address in (desk.url, desk.inside("Vélos"), f"{desk.url}/preview"):
        assert "Vélo 0" not in desk.browser.get(address).page.text


def waiting_version(desk: Desk, **job: object) -> Synthesis:
    """A version whose computation is under way, next to the one under review."""
    begin_write()
    at = desk.synthesis.asked_at
    row = Job(**({"name": actions.COMPUTE, "queued_at": at, "heard_at": at} | job))
    database.session.add(row)
    database.session.flush()
    waiting = Synthesis(
        space_id=desk.space.id, number=2, asked_by_id=desk.official.id, asked_at=at,
        state=State.COMPUTING, job_id=row.id,
    )  # fmt: skip
    database.session.add(waiting)
    commit()
    return waiting


def test_progress_is_told_without_touching_the_session_and_without_script(desk: Desk) -> None:
    waiting_version(desk, state="running", progress=0.4)
    url = f"/spaces/{desk.slug}/synthesis/workshop/2"
    page = desk.browser.get(url).page
    assert page.soup.find("progress")["value"] == "40"
    assert url in page.links(), "a plain link refreshes"
    polled = desk.browser.get(f"{url}/progress", headers=HTMX)
    assert polled.page.soup.find(id="progress")["hx-trigger"] == "every 2s"
    assert "Set-Cookie" not in polled.headers


def test_when_the_computation_is_over_the_page_goes_on_by_itself(desk: Desk) -> None:
    answer = desk.browser.get(f"{desk.url}/progress", headers=HTMX)
    assert answer.headers["HX-Redirect"].endswith(desk.url)


def test_a_run_that_failed_says_why_and_leaves_the_last_result(desk: Desk) -> None:
    waiting_version(desk, state="failed", error="MemoryError: no room")
    page = desk.browser.get(f"/spaces/{desk.slug}/synthesis/workshop/2").page
    assert "MemoryError: no room" in page.text
    assert desk.url in page.links()
    board = desk.browser.get(f"/spaces/{desk.slug}/synthesis/workshop").page
    assert "MemoryError: no room" in board.text
    assert board.form(f"/spaces/{desk.slug}/synthesis/workshop"), "one can ask again"
    assert desk.browser.get(desk.url).status_code == 200


def test_one_computation_at_a_time(desk: Desk) -> None:
    waiting_version(desk, state="running")
    address = f"/spaces/{desk.slug}/synthesis/workshop"
    assert desk.browser.get(address).page.soup.find("input", attrs={"name": "themes"}) is None
    assert desk.post(address, {"themes": ""}).status_code == 403


def test_an_absurd_number_of_themes_is_refused_and_kept(desk: Desk) -> None:
    address = f"/spaces/{desk.slug}/synthesis/workshop"
    for number in ("1", "-3", "deux", "1000", "²"):
        answer = desk.post(address, {"themes": number})
        assert answer.status_code == 422
        assert answer.page.value_of("themes") == number


def test_the_screens_cost_the_same_number_of_queries_however_much_they_show(
    make: Factories, signed_in: Callable[..., CheckedClient], queries: list[str]
) -> None:
    def costs(themes: int, each: int) -> list[int]:
        space = make.space()
        official = make.official(space)
        held = {f"T{n}": [make.proposal(space) for _ in range(each)] for n in range(themes)}
        alone = [make.proposal(space) for _ in range(each)]
        synthesis = make.synthesis(space, held, alone, official)
        browser = signed_in(official)
        url = f"/spaces/{space.slug}/synthesis/workshop/1"
        first = theme_lines(synthesis)[0].theme.id
        found = []
        for address in (url, f"{url}/themes/{first}", f"{url}/others", f"{url}/preview"):
            queries.clear()
            assert browser.get(address).status_code == 200
            found.append(len(queries))
        return found

    assert costs(1, 1) == costs(4, 4)
