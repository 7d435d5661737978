"""Danger in typed words is heard, ordinary words are left alone, and nothing judges."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from safety.risk import LABELS, screen, screen_with
from safety.training import train

with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as file:
    SENTENCES = list(csv.DictReader(file))
LEXICON = files("safety") / "lexicon"


@pytest.mark.parametrize("sentence", [row for row in SENTENCES if row["risk_label"] != "none"], ids=lambda r: r["text"])
def test_danger_is_met(sentence: dict[str, str]) -> None:
    screening = screen(sentence["text"])

    assert sentence["risk_label"] in screening.labels
    assert screening.response in {"interrupt", "ask"}


@pytest.mark.parametrize("sentence", [row for row in SENTENCES if row["risk_label"] == "none"], ids=lambda r: r["text"])
def test_ordinary_words_and_tellings_do_not_interrupt(sentence: dict[str, str]) -> None:
    screening = screen(sentence["text"])

    assert screening.response == "none"
    assert screening.labels == frozenset()
    assert screening.foremost is None
    if "disclosure" in sentence["notes"]:
        assert screening.disclosure
    if "harmless" in sentence["notes"] or "idiom" in sentence["notes"]:
        assert not screening.disclosure


def test_a_weapon_in_a_hand_interrupts() -> None:
    screening = screen("shes back with a knife")

    assert screening.labels == {"immediate_danger"}
    assert screening.response == "interrupt"
    assert screening.foremost == "immediate_danger"
    assert screening.disclosure


def test_being_hit_is_told_and_does_not_interrupt() -> None:
    screening = screen("my wife hits me")

    assert (screening.labels, screening.response, screening.disclosure) == (frozenset(), "none", True)


def test_who_did_it_to_whom_is_heard() -> None:
    assert screen("I hit her").labels == {"perpetrator_self_disclosure"}
    assert screen("I hit her").response == "ask"
    assert not screen("I hit her").disclosure
    assert screen("She hit me").labels == frozenset()
    assert screen("She hit me").disclosure


def test_defending_himself_is_not_his_own_violence() -> None:
    for text in (
        "I pushed her off me",
        "i pushed him away",
        "she says I hit her",
        "I never hit her",
        "i didnt hurt him",
    ):
        assert "perpetrator_self_disclosure" not in screen(text).labels, text


def test_a_near_miss_never_leads_to_his_own_violence() -> None:
    for text in (
        "i hiit her",
        "i hot her",
        "i huurt her",
        "i smaked her",
        "i punchd him",
        "i slaped my wife",
        "1 h1t h3r",
    ):
        assert "perpetrator_self_disclosure" not in screen(text).labels, text


def test_saying_he_will_kill_himself_interrupts_and_a_hint_asks() -> None:
    assert screen("im going to kill myself").response == "interrupt"
    assert screen("whats the point anymore").response == "ask"
    assert screen("whats the point anymore").labels == {"suicide"}


def test_somebody_elses_suicide_asks_and_does_not_interrupt() -> None:
    for text in ("she'll kill herself if I leave", "my mate is suicidal and wont talk"):
        assert screen(text).labels == {"suicide"}, text
    assert screen("she'll kill herself if I leave").response == "ask"


def test_naming_a_lifeline_for_dark_times_adds_one_and_stops_nothing() -> None:
    assert screen("do you have the number of the samaritans").response == "note"


def test_a_not_is_heard_and_does_not_reach_past_a_but() -> None:
    assert screen("I'm not suicidal").response == "none"
    assert screen("I have never been thinking about killing myself").response == "none"
    assert screen("not being funny but she'll kill me").labels == {"immediate_danger"}
    assert screen("im not ok she has a knife").response == "interrupt"
    assert screen("I'm not suicidal but I want to end it all tonight").response == "interrupt"


def test_an_idiom_takes_away_only_its_own_words() -> None:
    assert screen("my back is killing me").response == "none"
    assert screen("my back is killing me and she has a knife").response == "interrupt"
    assert screen("could murder a pint. shes going to murder me").response == "interrupt"


def test_several_dangers_are_told_together_and_the_gravest_first() -> None:
    screening = screen("she choked me, she hits the kids and i want to die")

    assert screening.labels >= {"strangulation", "child_risk", "suicide"}
    assert screening.foremost == "strangulation"


def test_what_must_be_met_at_once_comes_before_what_is_only_asked() -> None:
    screening = screen("i dont feel safe at home and i want to kill myself")

    assert screening.labels >= {"immediate_danger", "suicide"}
    assert screening.foremost == "suicide"


def test_it_is_told_of_each_danger_whether_he_is_only_to_be_asked() -> None:
    screening = screen("i dont feel safe at home and i want to kill myself")

    assert "immediate_danger" in screening.to_ask
    assert "suicide" not in screening.to_ask
    assert screen("shes back with a knife").to_ask == frozenset()
    assert screen("nice weather").to_ask == frozenset()


def test_no_phrase_reaches_across_the_end_of_a_sentence() -> None:
    assert screen("he went to get his gun. me and the dog stayed").foremost != "suicide"
    assert screen("she hates the way i hit. me i love golf").disclosure is False


@given(
    story=st.sampled_from([row["text"] for row in SENTENCES if "harmless" in row["notes"]]),
    danger=st.sampled_from([row["text"] for row in SENTENCES if row["risk_label"] == "immediate_danger"]),
)
def test_phrases_are_heard_after_anything_harmless(story: str, danger: str) -> None:
    before = screen_with(None, danger)
    after = screen_with(None, f"{story}. {danger}")

    assert before.labels <= after.labels


@pytest.mark.parametrize("name", [*LABELS, "disclosure"])
def test_every_file_of_the_lexicon_says_who_reviewed_it_and_when_it_is_due(name: str) -> None:
    kind = yaml.safe_load((LEXICON / f"{name}.yaml").read_text(encoding="utf-8"))

    assert kind["label"] == (name if name in LABELS else None)
    assert set(kind["review"]) == {"by", "on", "due"}
    assert isinstance(kind["disclosure"], bool)
    for response in ("interrupt", "ask", "note", "none", "except"):
        phrases = kind.get(response, [])
        assert len(phrases) == len(set(phrases)), response
        assert all(isinstance(phrase, str) for phrase in phrases)


def test_only_his_own_violence_is_compared_without_guesses_and_it_only_ever_asks() -> None:
    kinds = {name: yaml.safe_load((LEXICON / f"{name}.yaml").read_text(encoding="utf-8")) for name in LABELS}

    assert [name for name, kind in kinds.items() if kind.get("exact")] == ["perpetrator_self_disclosure"]
    assert "interrupt" not in kinds["perpetrator_self_disclosure"]


@pytest.mark.parametrize(
    "told",
    [
        "she stabbed me in 1994",
        "she came at me with a knife. that was thirty years ago",
        "my lad stabbed me on minecraft",
        "there was a film where he strangled her",
    ],
)
def test_what_was_long_ago_or_is_play_never_interrupts(told: str) -> None:
    assert screen(told).response in {"ask", "none"}


def test_a_danger_now_is_not_softened_by_an_old_one_told_before_it() -> None:
    assert screen("she cut me in 1994. now she stabbed me in the arm").response == "interrupt"


@pytest.mark.parametrize("word", ["suicidal", "rape", "strangulation", "knife", "Suicide.", "  overdose "])
def test_a_word_that_says_little_in_a_sentence_is_asked_about_when_it_is_all_he_says(word: str) -> None:
    assert screen(word).response in {"ask", "interrupt"}


def test_a_word_that_counts_alone_says_nothing_by_itself_in_a_sentence() -> None:
    assert screen_with(None, "i bought a knife block at lidl").response == "none"


def test_a_hint_says_nothing_without_the_model() -> None:
    screening = screen_with(None, "wouldnt call it an emergency exit, more a cat flap")

    assert (screening.labels, screening.response) == (frozenset(), "none")


def test_whoever_holds_his_phone_and_asks_what_he_said_learns_nothing_of_danger() -> None:
    """Nor is he himself stopped over an answer of a few words."""
    with (Path(train.__file__).parent / "short.csv").open(encoding="utf-8", newline="") as file:
        said = [row["text"] for row in csv.DictReader(file)]
    assert len(said) > 150
    assert {text: screen(text).response for text in said if screen(text).response != "none"} == {}


@pytest.mark.parametrize(
    "told",
    [
        "she keeps turning up at my work gonna lose my job",
        "my wife say she will call home office and send me back",
        "my wife is my carer. she leaves me in bed all day, takes my tablets off me",
        "locked out again got nowhere to go",
        "sleeping in my car. council laughed at me",
        "rang the police and they arrested ME",
        "parents booked flight to pakistan said im getting married",
        "my brothers wife is hitting him and he wont talk to anyone",
        "they said they only help women",
        "if i leave community will shame me. imam says be patient",
        "she pinches me under the table",
        "he hides my hearing aids",
        "my wages go in her account",
        "i have to ask her for bus fare",
        "she calls me useless in front of the kids",
        "my husband decides who our friends are",
        "she says shell tell everyone im gay if i leave",
        "he hits me when hes drunk",
    ],
)
def test_an_ordinary_telling_is_heard_as_one(told: str) -> None:
    assert screen_with(None, told).disclosure


@pytest.mark.parametrize(
    "said",
    [
        "what counts as coercive control",
        "how do you prove gaslighting",
        "does domestic violence include shouting",
        "got a black eye playing rugby",
        "my dog got hit by a car",
        "do you only talk to women",
        "are dogs allowed",
        "i came out of my shell",
        "losing my mum hit me hard",
    ],
)
def test_a_question_or_a_mishap_is_no_telling(said: str) -> None:
    assert not screen_with(None, said).disclosure


@pytest.mark.parametrize(
    "told", ["she says shell kill herself if i leave", "She'll kill herself if I go", "hell kill himself if i go"]
)
def test_a_threat_to_end_ones_own_life_is_no_threat_to_his(told: str) -> None:
    screening = screen_with(None, told)

    assert screening.labels == {"suicide"}
    assert screening.response == "ask"


def test_shell_without_its_apostrophe_is_she_will() -> None:
    assert screen_with(None, "shell kill me when she gets in").response == "interrupt"
    assert screen_with(None, "if i go shell stop me seeing the kids for good").response == "none"


@pytest.mark.parametrize(
    "told",
    [
        "im deaf cant ring 999",
        "cant talk they will hear",
        "hit me over the head with a pan last night feel sick and keep forgetting stuff",
        "she banged my head off the wall and now im dizzy",
        "parents booked flight to pakistan said im getting married",
        "they are making me marry my cousin",
    ],
)
def test_a_blow_to_the_head_a_flight_to_be_married_or_no_way_to_ring_is_asked_about(told: str) -> None:
    screening = screen_with(None, told)

    assert screening.labels == {"immediate_danger"}
    assert screening.response == "ask"
