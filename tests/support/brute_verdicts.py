"""What is wrong with a small conversation, judged from all that can happen in it, one plain loop for each rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dialogs.book import Book
from dialogs.spans import Ref, Span
from dialogs.steps import Ask, Branch, End, Find
from dialogs.steps import Locate as LocateStep
from tests.support.brute_force import Here, Move, World
from tests.support.naive_reading import Passed, Where

MOST_QUESTIONS = 5


def all_moves(worlds: Iterable[World]) -> Iterator[Move]:
    """Every turn that can be had: the first, those of interrupts, and all that follow."""
    for world in worlds:
        yield world.first
        yield from world.entered.values()
        for moves in world.moves.values():
            yield from moves


def all_passed(worlds: Iterable[World]) -> Iterator[Passed]:
    return (passed for move in all_moves(worlds) for passed in move.passed)


def reached(worlds: Iterable[World]) -> frozenset[Where]:
    """The steps that somebody comes to."""
    return frozenset(passed.at for passed in all_passed(worlds))


def taken(worlds: Iterable[World]) -> frozenset[tuple[Where, str]]:
    """The cases of branches that somebody comes to, `else` among them."""
    return frozenset((passed.at, passed.case) for passed in all_passed(worlds) if passed.case)


def reads(book: Book, at: Where) -> tuple[Ref, ...]:
    """The answers that a step reads."""
    step = book.step(*at)
    if isinstance(step, Branch):
        return () if step.on.name == "channel" else (step.on,)
    if isinstance(step, Find):
        return tuple(ref for ref in (step.needs, step.area, step.language, step.contact, step.age) if ref)
    return ()


def read_in_vain(worlds: Sequence[World]) -> frozenset[Span]:
    """Where an answer is read that nobody who comes there has given."""
    read: dict[Span, bool] = {}
    for passed in all_passed(worlds):
        for ref in reads(worlds[0].book, passed.at):
            read[ref.span] = read.get(ref.span, False) or ref.name in passed.given
    return frozenset(span for span, given in read.items() if not given)


def looks_by_nothing(worlds: Sequence[World]) -> frozenset[Where]:
    """Searches that somebody comes to with none of the answers that they look by."""
    book = worlds[0].book
    finds = (passed for passed in all_passed(worlds) if isinstance(book.step(*passed.at), Find))
    return frozenset(p.at for p in finds if not any(ref.name in p.given for ref in reads(book, p.at)))


def returns_to_nothing(worlds: Iterable[World]) -> frozenset[Span]:
    return frozenset(move.ref.span for move in all_moves(worlds) if move.to is None and move.ref is not None)


def without_end(worlds: Iterable[World]) -> frozenset[Where]:
    """Where somebody stands from whom no end, nor the place where an interrupt came, can be reached forwards."""
    return frozenset(here.at for world in worlds for here in world.moves.keys() - _ending(world))


def _ending(world: World) -> set[Here]:
    came_from: dict[Here, list[Here]] = {}
    ahead: list[Here] = []
    for here, moves in world.moves.items():
        if isinstance(world.book.step(*here.at), End) or any(move.home for move in moves):
            ahead.append(here)
        for move in moves:
            if move.to is not None:
                came_from.setdefault(move.to, []).append(here)
    ending: set[Here] = set()
    while ahead:
        here = ahead.pop()
        if here not in ending:
            ending.add(here)
            ahead.extend(came_from.get(here, ()))
    return ending


def taps_to_end(world: World) -> Mapping[Here, int]:
    """How few taps and typed places lead to an end, or back from the interrupt, from each state where any do."""
    came_from: dict[Here, list[tuple[Here, Move]]] = {}
    for here, moves in world.moves.items():
        for move in moves:
            if move.to is not None and not move.home:
                came_from.setdefault(move.to, []).append((here, move))
    taps: dict[Here, int] = {}
    ahead = [(0, here) for here in world.moves if isinstance(world.book.step(*here.at), End)]
    ahead += [(len(m.taps), here) for here, moves in world.moves.items() for m in moves if m.home]
    while ahead:
        nearest = min(ahead, key=lambda item: item[0])
        ahead.remove(nearest)
        count, here = nearest
        if here not in taps:
            taps[here] = count
            ahead.extend((count + len(move.taps), before) for before, move in came_from.get(here, ()))
    return taps


def asked_again_on_skip(worlds: Iterable[World]) -> frozenset[Where]:
    """Questions that somebody skips and is asked again at once, with no services in between."""
    return frozenset(
        here.at
        for world in worlds
        for here, moves in world.moves.items()
        for move in moves
        if move.taps == ("Skip",)
        and move.to is not None
        and _stands(move.to) == _stands(here)
        and not _finds(world, move)
    )


def _stands(here: Here) -> tuple[Where, ...]:
    return tuple((place.flow, place.step) for place in here.state.places)


def _finds(world: World, move: Move) -> bool:
    return any(isinstance(world.book.step(*passed.at), Find) for passed in move.passed)


def sixth_questions(worlds: Iterable[World]) -> frozenset[Where]:
    """Questions that are somebody's sixth before the first services or an end."""
    return frozenset(at for world in worlds for at in _sixth(world))


def _sixth(world: World) -> Iterator[Where]:
    seen: set[tuple[Here, frozenset[Where]]] = set()
    ahead: deque[tuple[Move, frozenset[Where]]] = deque([(world.first, frozenset())])
    while ahead:
        move, asked = ahead.popleft()
        if _finds(world, move) or move.to is None:
            continue
        at = move.to.at
        step = world.book.step(*at)
        if isinstance(step, Ask | LocateStep) and step.counts:
            asked |= {at}
        if len(asked) > MOST_QUESTIONS:
            yield at
        elif (move.to, asked) not in seen:
            seen.add((move.to, asked))
            ahead.extend((after, asked) for after in world.moves[move.to])


def most_messages(worlds: Iterable[World]) -> int:
    """The most messages that one turn sends."""
    return max((len(replies) for move in all_moves(worlds) for replies in move.said), default=0)


def longest_message(worlds: Sequence[World]) -> int:
    """The characters of the longest text of one message: of turns forwards, of Why and of what is not understood."""
    turns = (replies for move in all_moves(worlds) for replies in move.said)
    more = (replies for world in worlds for replies in world.said_besides())
    return max((len(reply.text) for replies in (*turns, *more) for reply in replies), default=0)


def first_words_without(worlds: Iterable[World], label: str, lines: Sequence[str]) -> bool:
    """Whether the first message that answers a danger can come with none of the lines it must have."""
    return any(
        not any(line in replies[0].text for line in lines)
        for world in worlds
        for (_, answered), move in world.entered.items()
        if answered == label
        for replies in move.said
    )


def never_back(worlds: Iterable[World]) -> frozenset[str]:
    """The interrupts that somebody cannot come back from, whatever he does in them."""
    return frozenset(
        label
        for world in worlds
        for (_, label), entered in world.entered.items()
        if not entered.home and not any(move.home for here in _within(world, entered) for move in world.moves[here])
    )


def _within(world: World, entered: Move) -> set[Here]:
    """The states inside an interrupt, once it was entered."""
    inside: set[Here] = set()
    ahead = [entered.to]
    while ahead:
        here = ahead.pop()
        if here is not None and here.base and here not in inside:
            inside.add(here)
            ahead.extend(move.to for move in world.moves[here])
    return inside


def lost_in_interrupts(worlds: Iterable[World]) -> frozenset[tuple[str, str]]:
    """Interrupts (label, answer) that come back with an answer changed that would have been read."""
    return frozenset(lost for world in worlds for lost in _lost(world))


def _lost(world: World) -> Iterator[tuple[str, str]]:
    for (before, label), entered in world.entered.items():
        # What an interrupt comes into is another danger's flow when that was called: its place is taken.
        if any(place.flow in world.book.interrupts.values() for place in before.state.places[1:]):
            continue
        for after in _backs(world, entered):
            old, new = dict(before.state.answers), dict(after.state.answers)
            changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
            lost = {name for name in changed if _is_missed(world, before, name)}
            yield from ((label, name) for name in lost)
            # A stranger had not been asked anything yet: he is now.
            came_from = before if before in world.moves else world.first.to
            assert lost or came_from is None or after.state.places == came_from.state.places, (before, label, after)


def _is_missed(world: World, here: Here, name: str) -> bool:
    """Whether an answer that is changed at this state would have been read."""
    if here in world.moves:
        return will_be_read(world, here, name)
    read = any(ref.name == name for passed in world.first.passed for ref in reads(world.book, passed.at))
    return read or (world.first.to is not None and will_be_read(world, world.first.to, name))


def kept_by_interrupts(worlds: Iterable[World]) -> frozenset[tuple[str, str]]:
    """Interrupts (label, answer) that give or forget an answer on a way back, if any step of the book reads it.

    More than `lost_in_interrupts`: the answer may always be the same in the end, or be read where nobody comes.
    """
    return frozenset(kept for world in worlds for kept in _kept(world))


def _kept(world: World) -> Iterator[tuple[str, str]]:
    steps = [(flow.id, step) for flow in world.book.flows.values() for step in flow.steps]
    read = {ref.name for at in steps for ref in reads(world.book, at)}
    for label in world.book.interrupts:
        inside: set[Here] = set()
        ahead = [entered.to for (_, entered_by), entered in world.entered.items() if entered_by == label]
        while ahead:
            here = ahead.pop()
            if here is not None and here.base and here not in inside:
                inside.add(here)
                ahead.extend(_inside(world, here))
        for move in (move for here in inside for move in world.moves[here] if move.saved in read):
            if move.to is not None and any(True for _ in _backs(world, move)):
                yield label, move.saved


def comes_back_at_once(worlds: Iterable[World], label: str) -> bool:
    """Whether an interrupt can be over in the very turn in which it begins."""
    entered = (move for world in worlds for (_, by), move in world.entered.items() if by == label)
    return any(move.to is not None and not move.to.base for move in entered)


def _backs(world: World, entered: Move) -> Iterator[Here]:
    """The states in which he comes back from an interrupt."""
    seen: set[Here] = set()
    ahead = [entered.to]
    while ahead:
        here = ahead.pop()
        if here is None or here in seen:
            continue
        seen.add(here)
        if here.base:
            ahead.extend(_inside(world, here))
        else:
            yield here


def _inside(world: World, here: Here) -> Iterator[Here | None]:
    """Where a turn inside an interrupt leads, another interrupt among them: it takes the place of the first."""
    yield from (move.to for move in world.moves[here])
    yield from (world.replaced[here, label].to for label in world.book.interrupts)


def will_be_read(world: World, here: Here, name: str) -> bool:
    """Whether somebody in this state can come to where the answer is read, before it is given anew."""
    seen: set[Here] = set()
    ahead = [here]
    while ahead:
        at = ahead.pop()
        if at in seen:
            continue
        seen.add(at)
        for move in world.moves[at]:
            if move.saved == name:
                continue
            if any(ref.name == name for passed in move.passed for ref in reads(world.book, passed.at)):
                return True
            if move.to is not None:
                ahead.append(move.to)
    return False
