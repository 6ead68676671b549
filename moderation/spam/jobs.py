"""Read new texts, and learn from the decisions of people. The worker alone runs this."""

from __future__ import annotations

from dataclasses import dataclass

from civic.clock import now
from civic.contributions.models import Contribution
from civic.db import begin_write, commit, db
from moderation.spam import actions, queries, rules
from moderation.spam.classifier import Learnt, learn, measure
from moderation.spam.models import Model
from moderation.spam.noticing import Signal, copies_of, has_link, notice, shingles, suspicion
from moderation.spam.trust import trust_of


@dataclass(frozen=True)
class _Reader:
    """What is needed to read many texts."""

    model: Model | None
    learnt: Learnt | None
    recent: dict[int, frozenset[int]]

    @classmethod
    def now(cls) -> _Reader:
        model = queries.latest_model()
        learnt = Learnt.from_json(model.intercept, model.weights) if model else None
        texts = queries.recent_texts()
        return cls(model, learnt, {key: shingles(text) for key, text in texts.items()})


def score_new_texts(job: int) -> None:
    """Look at every text that was not read yet, in its present version."""
    begin_write()
    texts = queries.unscored()
    reader = _Reader.now() if texts else None
    for contribution in texts:
        assert reader is not None
        _read(contribution, reader)
    commit()


def _read(contribution: Contribution, reader: _Reader) -> None:
    text = f"{contribution.title}\n{contribution.body}".strip()
    own = reader.recent.get(contribution.id) or shingles(text)
    others = [found for key, found in reader.recent.items() if key != contribution.id]
    signals = notice(text, queries.is_first_of(contribution), copies_of(own, others))
    doubt, model, chance = suspicion(signals), reader.model, None
    if model is not None and reader.learnt is not None:
        chance = float(reader.learnt.probabilities([text])[0])
        if rules.ranks(model.shadow_since, now()):
            doubt = max(doubt, chance)
            if chance > 0.5:
                signals.append(Signal("words", reader.learnt.telling_words(text)))
    score = actions.keep_score(contribution, signals, doubt, model, chance)
    sure = model is not None and rules.may_hide(model.figures, model.shadow_since, now())
    trust = trust_of(contribution.author).level if sure else 1
    if rules.is_set_aside(chance, trust, has_link(text), sure):
        actions.hold(contribution, score)


def learn_from_decisions(job: int) -> None:
    """Build the model again from the decisions that stand, once there are enough of them."""
    begin_write()
    labels = queries.labels()
    spam = sum(label.is_spam for label in labels)
    if spam < rules.LEAST_SPAM or len(labels) - spam < rules.LEAST_KEPT:
        commit()
        return
    before, learnt = queries.latest_model(), learn(labels)
    figures = measure(labels) | {"learnt_spam": spam, "learnt_kept": len(labels) - spam}
    db.session.add(
        Model(
            trained_at=now(), shadow_since=before.shadow_since if before else now(),
            intercept=learnt.intercept, weights=learnt.as_json(), figures=figures,
        )
    )  # fmt: skip
    if before is not None and rules.has_drifted(before.figures, figures):
        actions.tell_of_drift(before.figures, figures)
    commit()
