"""Explain technical words where they are first used."""

import re
from typing import Final

IN_PASSING: Final = {
    "specific force": "acceleration as a sensor measures it, gravity included",
    "obliquity": "how far the pelvis leans to one side",
    "initial contact": "when the foot meets the ground",
    "toe-off": "when the foot leaves the ground",
    "mid-stance": "40 % of the way from contact to toe-off",
    "swing side": "the side whose foot is in the air",
    "leg-signed": "+ is the same movement on both legs",
    "stance femur": "the thigh of the leg on the ground",
    "first harmonic": "the wave of one period a stride that lies nearest to a curve",
    "yaw": "turning about the vertical",
    "root mean square": "a typical size",
    "NaN": "no value",
    "IC": "initial contact: the foot meets the ground",
    "TO": "toe-off: the foot leaves the ground",
    "tc": "contact time",
    "tf": "flight time",
    "PSD": "power at each frequency",
    "ITBS": "IT-band syndrome",
    "MDC": "minimal detectable change, the smallest beyond chance",
}
"""Word -> what it means, short enough to stand in brackets behind it."""

WORDS: Final = {
    "Stance": "The time one foot is on the ground, from where it lands (initial contact) to where "
    "it leaves (toe-off). Its leg is the stance leg, the other one swings.",
    "Mid-stance": "40 % of the time the foot is down, near the highest load on the leg; the same "
    "share in every stance.",
    "About the stride's mean": "Counted from the average over the whole stride, not from where the "
    "pelvis was when the foot landed: it is turned already then. What one leg does therefore moves "
    "the other leg's number a little, too.",
    "Turned over the leg": "The pelvis is turned in over the thigh of the stance leg: the other "
    "side is in front.",
    "Reversal": "When the pelvis turns back, from turning over the leg to driving. One wave is "
    "laid through the whole stride for it, so it is one number for both legs.",
    "Obliquity, drop": "How far the pelvis leans to one side; it drops on the side of the leg in "
    "the air.",
    "Lean of the shank": "How far the knee is further out than the ankle, seen from behind.",
    "Contralateral": "On the other side: the pelvis drops on the side of the leg that swings.",
    "Shank, tibia": "The lower leg, and its shin bone.",
    "Axial, resultant": "Along the shin, and in all directions together.",
    "Internal rotation": "Turning in, toward the other leg.",
    "Varus": "The knee tips outward over the ankle.",
    "Median": "The middle one of all values: half of them are larger.",
    "95 % interval": "Made so that it holds the true difference 19 times out of 20.",
    "Clipped": "Beyond what the sensor can read. How large it really was is not known.",
    "g, BW": "1 g is the acceleration of gravity, 1 BW the weight of the body.",
    "Hz": "Times per second. At 40 Hz: shaking faster than that is smoothed away.",
    "Measured": "How well a number is measured. Proven on people: by this program, against force "
    "plates or cameras. Proven elsewhere: by others, with such sensors. Virtual runner only: "
    "against made-up people, whose movement is known exactly.",
    "Matters": "How surely a number goes with injuries in runners. Prospective studies measure "
    "first and wait who is hurt: they agree, are mixed, or found none. Cross-sectional only: "
    "runners with and without injury were compared, nobody was followed. No study known: none was "
    "found. A number can be measured well and mean nothing for health, and the other way round.",
    "Hypothesis": "An idea that no study has confirmed or refuted so far.",
}
"""Words that stand in titles and tables, for a list of their own."""


def explained(text: str, seen: set[str]) -> str:
    """Return `text` with each word of `IN_PASSING` explained behind its first use.

    Words in `seen` are explained already; those that this text explains are added to it.
    """
    found = []
    for word in IN_PASSING.keys() - seen:
        if match := re.search(_pattern(word), text):
            found.append((match.end(), word))
            seen.add(word)
    for end, word in sorted(found, reverse=True):
        before = text[:end]
        in_brackets = before.count("(") > before.count(")")
        meaning = f", {IN_PASSING[word]}," if in_brackets else f" ({IN_PASSING[word]})"
        text = (
            before + meaning.removesuffix("," if text[end : end + 1] in ",;)" else "") + text[end:]
        )
    return text


def _pattern(word: str) -> str:
    """Return what finds `word` by itself, also across lines and at a sentence's beginning."""
    first = f"[{word[0]}{word[0].upper()}]" if word.islower() else word[0]
    rest = re.escape(word[1:]).replace(r"\ ", r"\s+")
    return rf"(?<![\w-]){first}{rest}(?![\w-])"
