"""A maker's appeal: it cites the rule that refused the brief, and puts the brief before another person."""

from greenroom.domain.base import new_id, now
from greenroom.domain.consents import Account
from greenroom.domain.reviews import Appeal, Review, ReviewSubject
from greenroom.domain.verdicts import Outcome
from greenroom.errors import BadInput, NotFound
from ledger import appeals, briefs, reviews, verdicts
from moderation.review import answerable
from ops.review import LONGEST
from ops.studio import Studio


def appeal(studio: Studio, brief_id: str, rule: str, reason: str, by: Account) -> Appeal:
    """Object to a rule that refused a brief: once for each rule and policy version, by whoever asked for the brief.

    Raises `NotFound`, and `BadInput` for another account, a rule that did not refuse it, one that no person may lift
    (consent, child safety, marks, evidence that is owed), one appealed before, or a brief that waits for a person.
    """
    if not reason.strip():
        raise BadInput("an appeal needs a reason", "Give it with --reason: whoever decides reads it.")
    if len(reason) > LONGEST:
        raise BadInput(f"a reason of more than {LONGEST} characters cannot be taken", "Shorten it.")
    with studio.ledger.write() as tx:
        brief = briefs.by_id(tx, brief_id)
        if brief is None:
            raise NotFound(f"no brief has the id {brief_id}", "greenroom status lists what you asked for.")
        if brief.requester != by.id:
            raise BadInput(f"{brief_id} was not asked for by @{by.name}", "Whoever asked for a brief appeals.")
        # 1. The rule refused it, as it stands now.
        latest = verdicts.latest(tx, brief_id).values()
        refused = [one for one in latest if one.judgement.outcome is not Outcome.ALLOW]
        verdict = next((one for one in refused if rule in {said.id for said in one.judgement.rules}), None)
        if verdict is None:
            spoke = ", ".join(said.id for one in refused for said in one.judgement.rules) or "nothing"
            raise BadInput(f"{rule[:60]} does not refuse {brief_id}: {spoke} does", "Cite the rule that does.")
        judgement = verdict.judgement
        # 2. A person may lift it, and everything that spoke beside it.
        if not answerable(judgement, studio.policy):
            final = [one.id for one in judgement.rules if not studio.policy.appealable(one.id)]
            raise BadInput(
                f"no person may lift {', '.join(final)}",
                "Consent, child safety, marks and missing evidence are beyond an approval: the rule's reason says what "
                "would change it.",
            )
        # 3. Once for each rule while the policy is the same, and one at a time.
        cited = (rule, judgement.policy_version)
        if any((one.rule, one.policy_version) == cited for one in appeals.of_brief(tx, brief_id)):
            raise BadInput(
                f"{rule} was appealed for {brief_id} before", "There is one appeal for each rule of a policy's version."
            )
        asked = reviews.of_subject(tx, ReviewSubject.BRIEF, brief_id)
        if open_ones := [one.id for one in asked if reviews.decision(tx, one.id) is None]:
            raise BadInput(f"{brief_id} waits for a person already ({open_ones[0]})", "Wait for their decision.")
        # 4. The question, on the very same inputs, and the appeal.
        moment = now()
        question = Review(
            id=new_id("rv"),
            kind=ReviewSubject.BRIEF,
            subject=brief_id,
            gate=judgement.gate,
            inputs=verdict.inputs,
            rules=judgement.rules,
            recorded_at=moment,
        )
        made = Appeal(
            id=new_id("ap"),
            review=question.id,
            brief=brief_id,
            gate=judgement.gate,
            rule=rule,
            verdict=verdict.id,
            policy_version=judgement.policy_version,
            by=by.id,
            reason=reason.strip(),
            recorded_at=moment,
        )
        appeals.add(tx, made, question)
    return made
