"""English number words and what each is worth, for every reader of figures written out in letters."""

from __future__ import annotations

ONES = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),  # noqa: SIM905  (a word list reads best as words)
        start=1,
    )
}
TENS = {word: 10 * ten for ten, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}  # noqa: SIM905  (a word list reads best as words)
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
