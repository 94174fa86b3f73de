"""Which illness do these words describe? Sentences of made-up patients, and the full classification report."""

from __future__ import annotations

import numpy as np

from core.engines.base import Watch
from core.lessons.lesson import Ask, Choice, Lesson, Result, Sheet
from core.lessons.texts import Talk, drawn, sheet, work_texts
from core.words import N_

SENTENCES = 720
DENIED, STRAY, AFTERWORD = 0.3, 0.15, 0.4
"""Chances that a text denies a symptom, names one that does not belong, and ends with something that says nothing."""

PHRASES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "nose": ("my nose keeps running", "I have a runny nose", "I go through a pack of tissues a day"),
        "blocked": ("my nose is blocked", "I can hardly breathe through my nose", "I am all stuffed up"),
        "sneeze": ("I sneeze all the time", "I have sneezing fits", "I cannot stop sneezing"),
        "throat": ("my throat is sore", "it hurts when I swallow", "I have a scratchy throat"),
        "cough": ("I cough a lot", "I have a dry cough", "the cough keeps me awake"),
        "fever": ("I have a high fever", "my temperature is above 39 degrees", "I am burning with fever"),
        "chills": ("I shiver with cold", "I have the chills", "I cannot get warm"),
        "aches": ("every muscle hurts", "my arms and legs ache", "my whole body aches"),
        "tired": ("I am tired to the bone", "I have no strength at all", "I could sleep all day"),
        "itch": ("my eyes itch", "my eyes are red and watery", "the inside of my nose itches"),
        "outdoors": ("it gets worse outdoors", "it is bad in the garden", "it is worst near birches"),
        "half": ("one side of my head throbs", "the pain sits behind one eye", "half of my head is pounding"),
        "light": ("bright light is unbearable", "I have to lie in a dark room", "noise and light hurt"),
        "flicker": ("I see zigzag lines", "there was a flicker before my eyes", "I see spots of light"),
        "head": ("I have a headache", "my head hurts", "there is a pressure in my head"),
        "nausea": ("I feel sick", "I am nauseous", "the smell of food turns my stomach"),
        "vomit": ("I had to throw up", "I vomited twice", "nothing stays down"),
        "cramps": ("my stomach cramps", "I have cramps in my belly", "my belly rumbles and aches"),
        "diarrhoea": ("I have diarrhoea", "my stools are like water", "I run to the toilet with loose stools"),
        "burning": ("it burns when I pass water", "passing urine is painful", "it stings when I pee"),
        "often": ("I need the toilet every ten minutes", "I have to pee all the time", "at night I must go five times"),
        "cloudy": ("my urine is cloudy", "there was a little blood in my urine", "my urine smells strong"),
        "below": ("my lower belly hurts", "there is a pressure on my bladder", "it pulls above the pubic bone"),
    },
    "zh_CN": {
        "nose": ("一直流鼻涕", "鼻涕流个不停", "一天要用掉一包纸巾擦鼻涕"),
        "blocked": ("鼻子不通气", "鼻塞得厉害", "几乎没法用鼻子呼吸"),
        "sneeze": ("不停打喷嚏", "一阵一阵地打喷嚏", "喷嚏打个没完"),
        "throat": ("嗓子疼", "咽东西的时候喉咙痛", "喉咙又干又痒"),
        "cough": ("咳嗽得厉害", "一直干咳", "晚上咳得睡不着"),
        "fever": ("发高烧", "体温超过39度", "烧得浑身发烫"),
        "chills": ("冷得直打哆嗦", "一阵阵发冷", "盖多少被子都暖不过来"),
        "aches": ("浑身肌肉酸痛", "胳膊和腿都疼", "全身像散了架一样疼"),
        "tired": ("一点力气也没有", "累得起不了床", "整天只想睡觉"),
        "itch": ("眼睛很痒", "眼睛又红又流泪", "鼻子里面发痒"),
        "outdoors": ("一出门就加重", "在花园里特别难受", "一靠近花丛就难受"),
        "half": ("半边头一跳一跳地疼", "一只眼睛后面胀痛", "头的一侧像被敲打"),
        "light": ("见不得强光", "只能躺在黑屋子里", "一有光和声音就更疼"),
        "flicker": ("眼前出现锯齿状的闪光", "发作前眼前闪烁", "能看到一些光斑"),
        "head": ("头疼", "脑袋发胀", "头痛得没法做事"),
        "nausea": ("觉得恶心", "闻到饭味就反胃", "胃里翻江倒海"),
        "vomit": ("吐了两次", "吃什么吐什么", "刚才又吐了"),
        "cramps": ("肚子一阵阵绞痛", "胃里抽着疼", "肚子咕咕叫还疼"),
        "diarrhoea": ("拉肚子", "大便像水一样", "一天跑十几趟厕所拉稀"),
        "burning": ("小便时火辣辣地疼", "尿尿的时候刺痛", "排尿有灼热感"),
        "often": ("每十分钟就想上一次厕所", "总是想小便", "夜里要起来小便五次"),
        "cloudy": ("尿很浑浊", "小便里带一点血", "尿的气味很重"),
        "below": ("小肚子疼", "膀胱那里有压迫感", "下腹坠胀"),
    },
}
ILLNESSES: dict[str, dict[str, float]] = {
    "cold": {"nose": 3, "blocked": 3, "sneeze": 2, "throat": 3, "cough": 2, "head": 1, "tired": 1},
    "flu": {"fever": 3, "chills": 3, "aches": 3, "cough": 2, "tired": 3, "head": 1.5, "throat": 1},
    "allergy": {"sneeze": 3, "itch": 4, "nose": 2, "outdoors": 3, "blocked": 1.5, "tired": 0.5},
    "migraine": {"half": 4, "light": 3, "flicker": 2.5, "nausea": 2, "vomit": 1, "head": 1.5},
    "stomach": {"diarrhoea": 4, "cramps": 3, "vomit": 3, "nausea": 2, "fever": 0.7, "tired": 1},
    "bladder": {"burning": 4, "often": 4, "below": 3, "cloudy": 2, "fever": 0.5, "chills": 0.4},
}
"""How often each illness brings each symptom, made up after what textbooks say."""
CALLED = {
    "cold": N_("Common cold"),
    "flu": N_("Influenza"),
    "allergy": N_("Hay fever"),
    "migraine": N_("Migraine"),
    "stomach": N_("Stomach infection"),
    "bladder": N_("Bladder infection"),
}
FRAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "since": ("Since yesterday", "For three days", "Since this morning", "Since the weekend", "For about a week"),
        "deny": ("But I do not say that {it}.", "It is not so that {it}.", "I would not say that {it}."),
        "after": (
            "A tablet did not help.",
            "My sister had the same last month.",
            "I am worried.",
            "I have to work tomorrow.",
            "I am otherwise healthy.",
            "I do not smoke.",
            "What should I do?",
        ),
    },
    "zh_CN": {
        "since": ("从昨天开始", "这三天", "今天早上起", "从周末到现在", "大概一周了"),
        "deny": ("但没有{it}的情况。", "并不{it}。", "倒没有觉得{it}。"),
        "after": (
            "吃了药也没用。",
            "我姐姐上个月也这样。",
            "我很担心。",
            "明天还要上班。",
            "平时身体很好。",
            "我不抽烟。",
            "该怎么办？",
        ),
    },
}


def write(language: str, illness: str, generator: np.random.Generator) -> str:
    """One text of a patient with an illness: two, three or four complaints, sometimes one that does not belong."""
    phrases, frames = PHRASES[language], FRAMES[language]
    weights = ILLNESSES[illness]
    count = int(generator.integers(2, 5))
    names = list(weights)
    shares = np.array([weights[name] for name in names])
    told = [str(name) for name in generator.choice(names, count, replace=False, p=shares / shares.sum())]
    others = [name for name in phrases if name not in weights]
    if generator.random() < STRAY:
        told[-1] = str(generator.choice(others))
    clauses = [_one(phrases[name], generator) for name in generator.permutation(told)]
    text = _joined(language, _one(frames["since"], generator), clauses)
    if generator.random() < DENIED:
        denied = _one(phrases[str(generator.choice(others))], generator)
        text += _gap(language) + _one(frames["deny"], generator).format(it=denied)
    if generator.random() < AFTERWORD:
        text += _gap(language) + _one(frames["after"], generator)
    return text


def _joined(language: str, since: str, clauses: list[str]) -> str:
    if language == "zh_CN":
        return f"{since}，{'，'.join(clauses)}。"
    return f"{since} {', '.join(clauses[:-1])} and {clauses[-1]}."


def _gap(language: str) -> str:
    return "" if language == "zh_CN" else " "


def _one(texts: tuple[str, ...], generator: np.random.Generator) -> str:
    return texts[int(generator.integers(len(texts)))]


def talk(ask: Ask) -> Talk:
    """All texts with their illnesses; no text twice."""
    return drawn(ask, write, CALLED, tuple(1 / len(CALLED) for _ in CALLED), SENTENCES, PHRASES)


def data(ask: Ask) -> Sheet:
    """All texts as a table."""
    about = N_(
        "A row is what a made-up patient wrote, and the illness it was written for. {n:count} texts put together by "
        "chance from phrases; some name a symptom that does not belong, or deny one. No row is a real person."
    )
    return sheet(talk(ask), ask, about, N_("What the patient wrote"), N_("Illness"))


def work(ask: Ask, watch: Watch) -> Result:
    """Words and parts of words get a weight for every illness; asked of texts it never met."""
    return work_texts(LESSON, talk(ask), ask, watch)


LESSON = Lesson(
    key="symptoms",
    order=50,
    title=N_("Which illness do these words describe?"),
    line=N_("Patients write what they feel; the computer sorts the texts, and gets a full report of its mistakes."),
    field=N_("Medicine"),
    seconds=3,
    question=N_(
        "People describe what they feel in their own words. Can these words tell which of six illnesses it is?"
    ),
    happens=N_(
        "Each text becomes a list of its words, pairs of words and parts of words; rare ones count more (TF-IDF). "
        "Every term gets a weight for every illness, corrected pass by pass until the right illness gets the highest "
        "chance."
    ),
    look=N_(
        "Read the report line by line. Precision: of the texts it called influenza, how many were? Recall: of the "
        "influenza texts, how many did it find? Then see which illnesses it mixes up."
    ),
    teaches=N_(
        "One figure hides where a model fails; a report by class shows it. And a word list knows no sense: “no fever” "
        "and “fever” share a word. This is a lesson, no medical advice."
    ),
    source=N_("Sorting symptom texts, a usual first example of medical language processing; the texts are made up."),
    choices=(
        Choice(
            "rows", N_("Texts it learns from"), (30, 60, 120, 240, 432), 432,
            N_("Fewer texts: which illness suffers first?"),
        ),
        Choice(
            "rate", N_("Learning rate"), (0.001, 0.01, 0.05), 0.01,
            N_("Compare the curves: a small one needs all its passes, a large one is done after a few."),
        ),
    ),
    data=data,
    work=work,
    domain="medicine",
)  # fmt: skip
