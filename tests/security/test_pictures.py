"""Files from outside: what is let in, what comes out, and who may see it."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select

from civic import clock
from civic.db import begin_write, commit
from civic.notifications.models import Notice
from civic.pictures import actions, gate, jobs, queries
from civic.pictures.models import Picture
from moderation import actions as moderation
from moderation.models import Outcome, Reason
from tests.factories import Factories
from tests.security.world import an_image
from votes import actions as votes

pytestmark = pytest.mark.filterwarnings(  # the test client leaves the body of a refused form open
    "ignore:.*unclosed file", "ignore::pytest.PytestUnraisableExceptionWarning"
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
WHERE = "48.8566"


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1_000)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"\0" * 10_000_000)
    return out.getvalue()


def png_with_text_bomb() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "A" * 80_000_000, zip=True)
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "svg": SVG,
    "svg after a byte-order mark": b"\xef\xbb\xbf" + SVG,
    "page": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "program": b"MZ\x90\x00" + b"\0" * 100,
    "archive": zipped(),
    "gif": b"GIF89a" + b"\0" * 50,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "png that is only a beginning": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "jpeg that is only a beginning": b"\xff\xd8\xff\xe0" + b"\0" * 40,
    "webp that is only a beginning": b"RIFF\0\0\0\0WEBPVP8 ",
    "png cut in the middle": an_image(size=(300, 300))[:200],
    "jpeg cut in the middle": an_image("JPEG", size=(300, 300))[:300],
    "png of 60 000 by 60 000": png_that_says(60_000, 60_000),
    "png of 2 000 000 000 by 1": png_that_says(2_000_000_000, 1),
    "png of no dot": png_that_says(0, 9),
    "png with a text of 80 MB": png_with_text_bomb(),
    "more than 6 MB": an_image() + b"\0" * (6 * 1024 * 1024),
}


@pytest.fixture
def proposal(make: Factories) -> Any:
    return make.proposal(author=make.account("Odile"))


def send(browser: Any, proposal: Any, data: bytes, name: str = "photo.png", **more: str) -> Any:
    form = {"alternative": "Un banc à l’ombre.", "file": (io.BytesIO(data), name)} | more
    url = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}/picture"
    return browser.submit(url, form)


def picture(db: Any) -> Picture | None:
    found: Picture | None = db.scalar(select(Picture))
    return found


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_good_image_is_refused_in_a_sentence(
    signed_in: Any, proposal: Any, db: Any, kind: str, app: Any
) -> None:
    before = set(Path(app.config["SETTINGS"].var_dir).glob("files/*"))
    answer = send(signed_in(proposal.author), proposal, HOSTILE[kind], "photo.png")
    assert answer.status_code == 422
    assert answer.page.soup.find(id="error-summary")
    assert answer.page.value_of("alternative") == "Un banc à l’ombre."
    assert picture(db) is None
    assert set(Path(app.config["SETTINGS"].var_dir).glob("files/*")) == before


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    import tracemalloc  # noqa: PLC0415

    tracemalloc.start()
    for kind in ("png of 60 000 by 60 000", "png with a text of 80 MB", "archive"):
        with pytest.raises(gate.Invalid):
            gate.accept(io.BytesIO(HOSTILE[kind]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024


def with_traces() -> bytes:
    """A JPEG that says where and with what it was taken, and hides a page in a comment."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Appareil de Paul", 6
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    return an_image(
        "JPEG", (400, 200), exif=exif, comment=f"<script>alert('{WHERE}')</script>".encode()
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_written_anew_without_what_it_tells_of_its_author(kind: str) -> None:
    data = with_traces() if kind == "JPEG" else an_image(kind, (400, 200))
    made = gate.accept(io.BytesIO(data))
    for trace in (b"Appareil", b"script", b"Exif", b"GPS"):
        assert trace not in made.data
    with Image.open(io.BytesIO(made.data)) as image:
        assert not image.getexif()
        assert image.size == (made.width, made.height)
    assert (made.width, made.height) == ((200, 400) if kind == "JPEG" else (400, 200))


def test_a_page_glued_to_an_image_is_gone() -> None:
    made = gate.accept(io.BytesIO(an_image("JPEG", (50, 50)) + b"<script>alert(1)</script>" * 9))
    assert b"script" not in made.data


def test_a_large_photograph_is_made_smaller_and_a_transparent_one_stays_so() -> None:
    large = gate.accept(io.BytesIO(an_image("JPEG", (4_000, 3_000))))
    assert max(large.width, large.height) == gate.SHOWN_SIDE
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert gate.accept(io.BytesIO(out.getvalue())).media == "image/png"


def test_several_images_in_one_file_become_the_first(tmp_path: Path) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), c) for c in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    made = gate.accept(io.BytesIO(out.getvalue()))
    with Image.open(io.BytesIO(made.data)) as image:
        assert getattr(image, "n_frames", 1) == 1


BREAKING = ("a\r\nX: y.png", "C:\\x.png")
NAMES = ["../../../etc/passwd", "C:\\x.png", "a" * 300 + ".png", "photo.png.html", "\u202egnp.exe",
         "a\r\nX: y.png", "<img src=x onerror=alert(1)>.png", ".htaccess", "نص.png"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_never_used(
    signed_in: Any, proposal: Any, db: Any, app: Any, name: str
) -> None:
    browser = signed_in(proposal.author)
    answer = send(browser, proposal, an_image(), name)
    kept = picture(db)
    if kept is None:  # a name that breaks the form around it is no file at all
        assert answer.status_code == 422
        assert name in BREAKING
        return
    path = Path(app.config["SETTINGS"].var_dir) / "files" / kept.file_name
    assert path.is_file()
    assert path.resolve().parent == (Path(app.config["SETTINGS"].var_dir) / "files").resolve()
    answer = browser.get(f"/files/{kept.key}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{kept.file_name}"'
    assert len(kept.key) >= 32


def test_a_picture_is_shown_with_its_words_and_leaves_as_an_attachment(
    signed_in: Any, client: Any, proposal: Any, db: Any
) -> None:
    send(signed_in(proposal.author), proposal, an_image("JPEG", (40, 30)))
    url = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}"
    shown = client.get(url).page.soup.find("img", alt="Un banc à l’ombre.")
    answer = client.get(shown["src"])
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"{shown['src']}x").status_code == 404


def test_a_picture_is_seen_by_those_who_may_read_its_text_alone(
    signed_in: Any, client: Any, make: Factories, db: Any
) -> None:
    author, space = make.account(), make.space()
    draft = make.proposal(space, author, published=False)
    mine = signed_in(author)
    send(mine, draft, an_image())
    kept = picture(db)
    assert kept is not None
    address = f"/files/{kept.key}"
    assert mine.get(address).status_code == 200
    for other in (client, signed_in(make.account()), signed_in(make.administrator())):
        assert other.get(address).status_code == 404
    public = make.proposal(space, author)
    send(mine, public, an_image())
    key = db.scalar(select(Picture.key).where(Picture.contribution_id == public.id))
    assert client.get(f"/files/{key}").status_code == 200
    make.hidden(public)
    assert client.get(f"/files/{key}").status_code == 404
    assert mine.get(f"/files/{key}").status_code == 200


def test_only_its_author_joins_changes_or_removes_a_picture(
    signed_in: Any, client: Any, make: Factories, proposal: Any, db: Any
) -> None:
    other = signed_in(make.account())
    url = f"/spaces/{proposal.space.slug}/proposals/{proposal.id}/picture"
    assert client.get(url).status_code == 401
    assert other.get(url).status_code == 403
    assert send(other, proposal, an_image()).status_code == 403
    mine = signed_in(proposal.author)
    assert send(mine, proposal, an_image(), alternative="").status_code == 422
    send(mine, proposal, an_image())
    assert other.submit(f"{url}/removal").status_code == 403
    assert mine.submit(url, {"alternative": "D’autres mots."}).status_code == 303
    assert picture(db).alternative == "D’autres mots."  # type: ignore[union-attr]
    assert mine.submit(f"{url}/removal").status_code == 303
    assert picture(db) is None


def test_those_who_support_a_text_hear_of_a_picture_that_came_after(
    signed_in: Any, make: Factories, proposal: Any, db: Any
) -> None:
    supporter, moderator = make.account(), make.moderator(proposal.space)
    mine = signed_in(proposal.author)
    begin_write()
    votes.support(proposal, supporter)
    commit()
    assert send(mine, proposal, an_image()).status_code == 403
    case = make.report(proposal)
    begin_write()
    moderation.decide(case, moderator, Outcome.ASK, case.turn, Reason.PRIVACY, "Montrez le banc.")
    commit()
    told = select(func.count()).where(
        Notice.account_id == supporter.id, Notice.verb == "proposals.changed"
    )
    assert db.scalar(told) == 0
    assert send(mine, proposal, an_image()).status_code == 303
    assert db.scalar(told) == 1


def test_files_without_a_picture_are_removed_after_a_while(
    make: Factories, proposal: Any, db: Any
) -> None:
    begin_write()
    kept = actions.join(proposal, io.BytesIO(an_image()), "Un banc.")
    commit()
    path = queries.path_of(kept)
    stray = path.with_name("stray.png")
    stray.write_bytes(b"x")
    ago = (clock.now() - timedelta(hours=2)).timestamp()
    os.utime(stray, (ago, ago))
    os.utime(path, (ago, ago))
    (path.parent / "fresh.part").write_bytes(b"x")
    jobs.tidy()
    assert path.exists()
    assert not stray.exists()
    assert (path.parent / "fresh.part").exists()


def test_other_forms_take_no_large_body(signed_in: Any, proposal: Any, make: Factories) -> None:
    browser = signed_in(make.account())
    form = {"file": (io.BytesIO(b"x" * 3_000_000), "x.png"), "title": "x"}
    assert browser.submit(f"/spaces/{proposal.space.slug}/proposals/new", form).status_code == 413
    assert send(signed_in(proposal.author), proposal, b"x" * 8_000_000).status_code == 413
