"""What is said of the quality of reasons."""

from __future__ import annotations

from core.words import N_

SILENT = N_("No column moves the model's answer: it answers the same whatever the case. The reasons say just that.")
GOOD = N_(
    "These reasons hold: they add up, stay the same when worked out again, and name the columns that the model's "
    "answers rest on. Checked on {rows:count} cases."
)
ADDED = N_(
    "As far as they could be checked these reasons hold: they add up, and stay the same when worked out again. Whether "
    "they name the columns that answers rest on could not be asked here. Checked on {rows:count} cases."
)
WEAK = N_("Read these reasons with care: not every check of them was passed. Checked on {rows:count} cases.")
UNASKED = N_("Read these reasons with care: not all of them could be checked. Checked on {rows:count} cases.")
WITHHELD = {
    "adds_up": N_("These reasons are withheld: they do not add up to the model's answers. Train the model again."),
    "random": N_(
        "These reasons are withheld: they say hardly more than those of a model that learned nothing. "
        "Look at how good the model is first."
    ),
}
SUM = {
    True: N_("The reasons add up to the model's answer in all {rows:count} cases; the largest gap is {gap:number}."),
    False: N_("The reasons miss the model's answer by up to {gap:number} in {rows:count} cases."),
}
AGAIN = {
    True: N_(
        "Worked out again with other draws, the columns come in nearly the same order: they agree to {value:percent}, "
        "and {top:percent} of the three largest stay."
    ),
    False: N_(
        "Worked out again with other draws, the order of the columns changes: it agrees to {value:percent}, and "
        "{top:percent} of the three largest stay. Do not lean on the order of columns that are about as large."
    ),
}
TREMBLED = {
    True: N_(
        "When the numbers of a case change by next to nothing and the answer stays, the order of its reasons stays "
        "too: they agree to {value:percent} in {rows:count} cases."
    ),
    False: N_(
        "When the numbers of a case change by next to nothing and the answer stays, the order of its reasons does "
        "not: they agree to {value:percent} in {rows:count} cases."
    ),
}
AREAS = {
    ("deletion", True): N_(
        "Without the columns named first, the answer loses what is its own sooner than without columns drawn by "
        "chance, in {better:percent} of {rows:count} cases; {ratio:percent} remains of what remains by chance."
    ),
    ("deletion", False): N_(
        "Without the columns named first, the answer does not lose what is its own clearly sooner than without columns "
        "drawn by chance: sooner in {better:percent} of {rows:count} cases, with {ratio:percent} of what remains by "
        "chance."
    ),
    ("insertion", True): N_(
        "With only the columns named first, the answer is reached sooner than with columns drawn by chance, in "
        "{better:percent} of {rows:count} cases; the distance left is {ratio:percent} of that by chance."
    ),
    ("insertion", False): N_(
        "With only the columns named first, the answer is not reached clearly sooner than with columns drawn by "
        "chance: sooner in {better:percent} of {rows:count} cases, at {ratio:percent} of the distance by chance."
    ),
}
LEARNED = {
    True: N_(
        "The reasons differ from those of {models:count} models like it that learned nothing: the orders of the "
        "columns agree to {value:percent} only, where up to {wanted:percent} would do."
    ),
    False: N_(
        "The reasons are too much like those of {models:count} models like it that learned nothing: the orders of the "
        "columns agree to {value:percent}, where at most {wanted:percent} would do."
    ),
}
VALUES = {
    ("seeds", True): N_("Worked out again with other draws, the values of the few columns agree to {value:percent}."),
    ("seeds", False): N_(
        "Worked out again with other draws, the values of the few columns agree to {value:percent} only."
    ),
    ("noise", True): N_(
        "When the numbers of a case change by next to nothing, the values of the few columns agree to {value:percent}."
    ),
    ("noise", False): N_(
        "When the numbers of a case change by next to nothing, the values of the few columns agree to {value:percent} "
        "only."
    ),
}
STILL = N_("Could not be asked: no column moves the answers of these cases.")
STOPPED = N_("Was not asked: the check was stopped before.")
NO_NUMBERS = N_("Could not be asked: the model uses no numbers that could change by next to nothing.")
JUMPY = N_("Could not be asked: the answers themselves move when numbers change by next to nothing.")
FEW_COLUMNS = N_("Could not be asked: with so few columns every order is about as good.")
