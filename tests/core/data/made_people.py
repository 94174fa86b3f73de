"""Personal data of nobody: made by a seed, with their check digits, in the dress in which files have them."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Callable

from core.data.personal import check_digit, luhn

Maker = Callable[[random.Random], str]

DRESS = (
    "{}",
    "{}",
    "{} ",
    "tel {} ok",
    "编号{}，请核实",
    "我的是 {}。",
    "Contact: {};",
    "（{}）",
    "see <{}>, thanks",
    "客户 {} 已登记",
)
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
FAMILIES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
RARE = (
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "温",
    "康",
    "施",
    "文",
    "牛",
    "樊",
    "葛",
    "邢",
    "安",
    "齐",
    "易",
    "乔",
    "伍",
    "庞",
    "颜",
    "倪",
    "庄",
    "聂",
    "章",
    "鲁",
    "岳",
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文志海燕春梅晓东林飞鹏宇浩然子涵欣怡梓轩雨桐佳俊思"
_FIRST = (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph "
    "Jessica Thomas Sarah Charles Karen Daniel Lisa Matthew Nancy Anthony Betty Mark Sandra Steven Ashley Paul Emily "
    "Andrew Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa George Deborah Ronald Stephanie Timothy "
    "Rebecca Olivia Liam Emma Noah Ava Sophia Mason Isabella Lucas Mia Ethan Zoe Aisha Priya Mateo Svetlana Yusuf "
    "Thandiwe Bjorn Kwame Oisin Mahnoor Tuulikki Xochitl Ngozi Siobhan Aoife Zbigniew Anneliese Ulrike Parvati Eszter "
    "Ioana"
)
_LAST = (
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson "
    "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson "
    "O'Neill Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera "
    "Campbell Mitchell Carter Roberts Okafor Kowalski Ivanov Lindqvist Papadopoulos McDonald Smith-Jones"
)
FIRST, LAST = _FIRST.split(), _LAST.split()


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def e_mail(rng: random.Random) -> str:
    user = rng.choice([f"u{digits(rng, 3)}", "zhang.san", "first_last+tag", "q-1", f"{digits(rng, 9)}"])
    return f"{user}@{rng.choice(['example.com', 'mail-1.co.uk', 'qq.com', 'a.b.edu.cn', 'x1.io'])}"


def mobile(rng: random.Random) -> str:
    number = f"1{rng.randint(3, 9)}{digits(rng, 9)}"
    spaced = f"{number[:3]}{{0}}{number[3:7]}{{0}}{number[7:]}"
    made = rng.choice(
        [number, number, spaced.format(" "), spaced.format("-"), f"+86{number}", f"+86 {spaced.format('-')}"]
    )
    return made.translate(WIDE) if rng.random() < 0.1 else made


def resident(rng: random.Random) -> str:
    born = f"{rng.randint(1930, 2015)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    place = rng.choice(["110105", "440524", "310115", "510104", "330106", "650102"])
    if rng.random() < 0.15:
        return f"{place}{rng.randint(30, 99)}{born[4:]}{digits(rng, 3)}"
    body = f"{place}{born}{digits(rng, 3)}"
    whole = body + check_digit(body)
    made = rng.choice([whole, whole, f"{whole[:6]} {whole[6:14]} {whole[14:]}", whole.lower()])
    return made.translate(WIDE) if rng.random() < 0.15 else made


def card(rng: random.Random) -> str:
    start, length = rng.choice(
        [("4", 16), ("52", 16), ("6222", 16), ("6222", 19), ("37", 15), ("6011", 16), ("2221", 16)]
    )
    body = start + digits(rng, length - len(start) - 1)
    number = next(body + last for last in "0123456789" if luhn(body + last))
    joined = " ".join(number[at : at + 4] for at in range(0, length, 4))
    return rng.choice([number, number, joined, joined.replace(" ", "-")])


def iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 18), ("FR", 23), ("GB", 0), ("NL", 0), ("ES", 20), ("CH", 17)])
    account = {"GB": f"WEST{digits(rng, 14)}", "NL": f"ABNA{digits(rng, 10)}"}.get(country) or digits(rng, length)
    left = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00")) % 97
    number = f"{country}{98 - left:02d}{account}"
    return rng.choice([number, " ".join(number[at : at + 4] for at in range(0, len(number), 4))])


def ip(rng: random.Random) -> str:
    if rng.random() < 0.3:
        address = ipaddress.IPv6Address(rng.getrandbits(128))
        return rng.choice([str(address), address.exploded, f"2001:db8::{rng.randint(1, 65535):x}"])
    parts = [rng.choice([10, 127, rng.randint(32, 223)]), rng.randint(0, 255), rng.randint(0, 255), rng.randint(1, 254)]
    return ".".join(map(str, parts))


def ssn(rng: random.Random) -> str:
    area = rng.choice([rng.randint(1, 665), rng.randint(667, 899)])
    return f"{area:03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"


def name_zh(rng: random.Random) -> str:
    family = rng.choice(RARE) if rng.random() < 0.08 else rng.choice(FAMILIES[: rng.choice([20, 40, len(FAMILIES)])])
    return family + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2, 2])))


def name_en(rng: random.Random) -> str:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    middle = rng.choice("ABCDEJKLM")
    return rng.choice(
        [f"{first} {last}"] * 4 + [f"{first} {middle}. {last}", f"{last}, {first}", f"Dr. {first} {last}"]
    )


SHAPED: dict[str, Maker] = {
    "e_mail": e_mail,
    "phone": mobile,
    "resident": resident,
    "card": card,
    "iban": iban,
    "ip": ip,
    "ssn": ssn,
}
NAMES: dict[str, Maker] = {"zh": name_zh, "en": name_en}


def dressed(maker: Maker, count: int = 2_000, seed: int = 7) -> list[str]:
    """Cells that hold one piece each, half of them with words around it."""
    rng = random.Random(seed)
    return [rng.choice(DRESS).format(maker(rng)) for _ in range(count)]


def bare(maker: Maker, count: int = 2_000, seed: int = 7) -> list[str]:
    """Cells that are one piece each."""
    rng = random.Random(seed)
    return [maker(rng) for _ in range(count)]
