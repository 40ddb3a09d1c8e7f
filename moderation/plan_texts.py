"""The texts of a plan beside what was asked for: gate 2 has read the prompt, and nobody yet what stands with it."""

from dataclasses import dataclass

from greenroom.domain.storyboards import Storyboard
from greenroom.domain.verdicts import Rule
from greenroom.domain.words import BriefWords
from moderation.normalise import normalise
from moderation.persons import person_rules
from moderation.policy import Policy
from moderation.prompt import rules_of
from moderation.text import text_rules
from moderation.text_composition import texts_of


@dataclass(frozen=True, slots=True)
class PlanTexts:
    """What a plan says, and what was asked for: the prompt, with the prompts of the remixed clips."""

    said: tuple[str, ...]
    asked: BriefWords

    @classmethod
    def of(cls, storyboard: Storyboard, asked: BriefWords) -> "PlanTexts":
        """Its title and words, its lines and the labels of its sounds."""
        spoken = (line.text for line in storyboard.lines)
        return cls((*storyboard.words, *spoken, *(sound.label for sound in storyboard.sounds)), asked)

    @property
    def not_typed(self) -> tuple[str, ...]:
        """Those that do not stand in the prompt letter by letter."""
        return tuple(text for text in self.said if text not in self.asked.prompt)

    @property
    def own(self) -> tuple[str, ...]:
        """Those whose words do not stand in the prompt: of a storyboard that was brought, and a planner's own."""
        prompt = normalise(self.asked.prompt)
        return tuple(dict.fromkeys(text for text in self.said if normalise(text) not in prompt))

    @property
    def whole(self) -> str:
        """All of them as one. With those of its own stands what gate 2 read: harmless words can stop being so together;
        what stands in both is read once."""
        own = self.own
        return texts_of(self.asked.model_copy(update={"texts": own}))[-1] if own else "\n".join(self.said)


def rules_of_plan(
    texts: PlanTexts, policy: Policy, people: tuple[str, ...], likenesses: tuple[str, ...]
) -> tuple[Rule, ...]:
    """The rules of words and persons that speak for a plan, each text alone and all together, each rule once.

    `people` are the handles of the enrolled persons in it, `likenesses` all that the brief names. What gate 2 said of
    the prompt alone is decided there, and no news of the whole.
    """
    said, own = texts.said, texts.own
    spoken: dict[str, Rule] = {}
    for text in dict.fromkeys((*said, "\n".join(said))):
        for rule in text_rules(text, policy, consented=likenesses):
            spoken.setdefault(rule.id, rule)
    if own:
        before = rules_of(texts.asked, policy, people)
        known = {rule.id for rule in before}
        for text in (*own, "\n".join(own)):
            for rule in person_rules(text, policy.persons, people):
                if rule not in before:
                    spoken.setdefault(rule.id, rule)
        for rule in text_rules(texts.whole, policy, consented=likenesses):
            if rule.id not in known:
                spoken.setdefault(rule.id, rule)
    return tuple(spoken.values())
