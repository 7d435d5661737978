"""Faults as editors make them, each planted into a sound conversation, and what must be said about each."""

from __future__ import annotations

from tests.dialogs.proof.seeded import danger, effort, references, roads
from tests.dialogs.proof.seeded.planting import Seed

SEEDS: tuple[Seed, ...] = (*references.SEEDS, *roads.SEEDS, *effort.SEEDS, *danger.SEEDS)
