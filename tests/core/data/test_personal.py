"""Personal data by shape and check digit."""

from __future__ import annotations

import random
import time

import pandas as pd
import pytest

from core.data.personal import check_digit, iban, luhn, mask, resident, scan


def sorts(*texts: str, name: str = "") -> set[str]:
    return {trace.key for trace in scan(pd.Series(list(texts), dtype="str"), name)}


def test_check_digits_of_resident_numbers() -> None:
    assert resident("11010519491231002X")
    assert resident("440524188001010014")
    assert not any(resident(f"11010519491231002{last}") for last in "0123456789")
    assert not resident("11010519900230002X")


def test_luhn() -> None:
    assert luhn("4111111111111111")
    assert luhn("6222020200112233446")
    assert not luhn("4111111111111112")


def test_iban() -> None:
    assert iban("DE89 3704 0044 0532 0130 00")
    assert not iban("DE88 3704 0044 0532 0130 00")


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("a.b@example.com", "e_mail"),
        ("１１０１０５１９４９１２３１００２Ｘ", "resident"),
        ("110105 19491231 002x", "resident"),
        ("130503670401001", "resident"),
        ("13812345678", "phone"),
        ("+86 138-1234-5678", "phone"),
        ("+44 20 7946 0958", "phone"),
        ("010-62345678", "phone"),
        ("4111 1111 1111 1111", "card"),
        ("6222020200112233446", "card"),
        ("DE89370400440532013000", "iban"),
        ("192.168.1.10", "ip"),
        ("2001:db8::1", "ip"),
        ("123-45-6789", "ssn"),
        ("call me: 13912345678, please", "phone"),
    ],
)
def test_sorts_are_found(text: str, sort: str) -> None:
    assert sorts(text) == {sort}


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3.4",
        "10:20:30",
        "110105194912310021",
        "1234567812345678",
        "2024-01-01",
        "北京市朝阳区",
        "王国的故事",
        "12345",
        "3.14159265358979",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert sorts(text) == set()


def test_order_numbers_with_wrong_check_digits_are_not_taken_for_people() -> None:
    random.seed(7)
    wrong = []
    for _ in range(2000):
        born = f"19{random.randint(50, 99)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}"
        body = f"110105{born}{random.randint(0, 999):03d}"
        right = check_digit(body)
        wrong.append(body + random.choice([sign for sign in "0123456789" if sign != right]))
    found = scan(pd.Series(wrong, dtype="str"))
    assert sum(trace.share for trace in found) <= 0.01


def test_names_are_found_by_the_header_or_by_surnames() -> None:
    people = ["Kevin Smith", "Miguel Hernandez", "Anna-Maria O'Neill"] * 3
    assert sorts(*people, name="full_name") == {"name"}
    assert sorts(*people, name="school_name") == set()
    chinese = [f"{family}{given}" for family in "王李张刘陈杨黄" for given in ("伟", "芳", "秀英", "小明")]
    assert sorts(*chinese, name="col") == {"name"}
    assert (
        sorts(*(f"{place}市" for place in ("高安", "黄山", "金华", "马鞍山", "唐山", "石家庄") * 5), name="col")
        == set()
    )


def test_the_mask_keeps_the_ends_of_each_piece_and_the_rest_of_the_text() -> None:
    assert mask("call 13912345678 now") == "call 1*********8 now"
    assert mask("Kevin") == "K***n"
    assert mask("nobody here", whole=False) == "nobody here"


@pytest.mark.parametrize("piece", ["a", "a.", "1", "1 ", "@", "a@a.", ":", "+1 ", "1.1.", "a-"])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    scan(pd.Series([text], dtype="str"))
    mask(text)
    assert time.process_time() - start < 2


def test_long_numbers_that_pass_by_chance_are_no_cards() -> None:
    rng = random.Random(7)
    assert sorts(*(str(rng.randrange(4 * 10**15, 5 * 10**15)) for _ in range(500))) == set()


def resident_number(rng: random.Random) -> str:
    body = f"{rng.choice(['110105', '440524', '310101'])}19{rng.randint(40, 99)}{rng.randint(1, 12):02d}"
    body += f"{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"
    return body + check_digit(body)


def card_number(rng: random.Random) -> str:
    body = rng.choice(["4", "52", "6222"]) + "".join(str(rng.randint(0, 9)) for _ in range(11))
    return next(body + last for last in "0123456789" if luhn(body + last))


MADE = {
    "e_mail": lambda rng: f"u{rng.randint(1, 9999)}.x@mail-{rng.randint(1, 99)}.co.uk",
    "phone": lambda rng: f"1{rng.randint(30, 99)}{rng.randint(0, 99999999):08d}",
    "resident": resident_number,
    "card": card_number,
    "ip": lambda rng: f"{rng.randint(32, 223)}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}",
    "ssn": lambda rng: f"{rng.randint(1, 665):03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}",
}


@pytest.mark.parametrize("sort", MADE)
@pytest.mark.parametrize("dress", ["{}", " {} ", "tel/id: {}.", "（{}）"])
def test_nearly_all_of_a_made_column_is_found(sort: str, dress: str) -> None:
    rng = random.Random(7)
    cells = [dress.format(MADE[sort](rng)) for _ in range(300)]
    found = {trace.key: trace.share for trace in scan(pd.Series(cells, dtype="str"))}
    assert found.get(sort, 0) >= 0.99
