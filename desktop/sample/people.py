"""Owns the names in the sample newsroom: its English-speaking authors, its readers, and the other tags."""

from __future__ import annotations

ENGLISH_AUTHORS = (
    "Ada Lovelace", "Grace Hopper", "Tim Berners-Lee", "Ngozi Eze", "Siobhán Kelly", "Rafael Núñez",
    "Ines Łukasik", "Oskar Lindström", "Priya Raman", "Dmitri Sokolov", "Ewa Żak", "Mateus Conceição",
    "Aoife O'Brien", "Jonas Berg", "Leilani Kealoha", "Viktor Dvořák", "Amara Diallo", "Henrik Sørensen",
    "Carmen Ibáñez", "Gwen Pritchard", "Ravi Iyer", "Beatriz Monteiro", "Callum Fraser", "Nadia Petrova",
    "Emeka Obi", "Þóra Jónsdóttir", "Ilse Brandt", "Miguel Ángel Soto", "Tuuli Mäkinen", "Olga Marchenko",
    "Harriet Vane", "Kofi Mensah", "Lucía Peña", "Arlo Finch", "Marek Černý", "Sunniva Hansen",
    "Thandiwe Nkosi", "Wren Abbott", "Esra Yılmaz", "Paavo Nieminen", "Dorothea Quill", "Chidi Anagonye",
    "Astrid Ekström", "Bao Nguyễn",
)  # fmt: skip
READERS = (
    "Tim", "Eve", "Bob", "Mrs P. Tanner", "A reader in Fairwater", "Jean-Luc", "Hélène", "Käthe", "小明",
    "فاطمة", "old_ferryman", "R. Okafor", "Night Shift", "Łukasz", "Anonymous", "J. Dvořák", "Sofía",
    "Mehmet", "Ingrid", "Kwame",
)  # fmt: skip
OTHER_TAGS = (
    "essay", "archive", "sea", "sound", "interview", "opinion", "correction", "food", "travel", "transport",
    "housing", "courts", "weather", "letters", "history", "night desk", "elections", "gardens", "animals",
    "faith",
)  # fmt: skip
