"""Owns the English headlines and sentences of the sample newsroom, by beat; plain text, no logic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beat:
    """What one desk writes about: slugs of fitting tags, headlines and sentences with {slots}."""

    tags: tuple[str, ...]
    headlines: tuple[str, ...]
    sentences: tuple[str, ...]


PLACES = (
    "Harwick", "Old Quay", "St Brannock", "Lower Ferry", "Millbrook", "Castle Hill", "Northgate",
    "Eastmarsh", "Wexley", "Ashford Cross", "Saltpans", "Greenholm", "Kingsbridge", "Marlow Street",
    "Tanner’s Row", "Ringway", "Dunmore", "Fairwater", "Holloway Park", "Long Meadow", "Port Ellis",
    "Redcliff", "Sandhaven", "Thornby", "Upper Leas", "Vale End", "Westmoor", "Brickfields",
    "Cannery Wharf", "Priory Lane",
)  # fmt: skip
PEOPLE = (
    "Marta Osei", "Councillor Brand", "Dr Imogen Hale", "Piotr Nowak", "Sister Agnes", "Captain Rowe",
    "Yusuf Demir", "Mrs Okafor", "Judge Lindqvist", "Anneke de Vries", "Tomás Reyes", "Professor Adeyemi",
    "Hana Suzuki", "Old Mr Pryce", "Nurse Castellano", "the night editor",
)  # fmt: skip
THINGS = (
    "bridge", "library", "ferry", "market hall", "school bus", "clock tower", "tram depot", "swimming bath",
    "lighthouse", "reading room", "allotments", "pumping station", "bandstand", "fire station", "ice rink",
)  # fmt: skip

BEATS = (
    Beat(
        ("city", "politics"),
        (
            "{place} votes to keep its {thing}",
            "Council delays the {thing} at {place} again",
            "What {number} residents of {place} said about the {thing}",
            "{who} and the quarrel over the {thing}",
            "A {thing} for {place}, line by line",
            "Who pays for the {thing} in {place}?",
            "The night the {thing} at {place} stayed open",
        ),
        (
            "The vote took eleven minutes and the argument before it took four years.",
            "{who} spoke last, and for once nobody looked at the clock.",
            "The plan for the {thing} fills {number} pages, of which the public has seen two.",
            "In {place} the posters went up before the agenda did.",
            "The council says the money is there; the treasurer says it was there last spring.",
            "A second reading is set for the first Tuesday of next month.",
        ),
    ),
    Beat(
        ("water", "climate", "science"),
        (
            "The tide table that {place} stopped trusting",
            "{number} litres: how {place} counts its water",
            "After the flood, {place} draws a new line",
            "The warmest week {place} has measured",
            "{who} listens to the river at {place}",
            "A reservoir at {place}, half full",
            "Why the eels came back to {place}",
        ),
        (
            "The gauge below the {thing} has been read every morning since 1911.",
            "It rose {number} millimetres in one night and fell as quietly.",
            "“Water is patient,” says {who}. “People are not.”",
            "In {place} the old drains are drawn on linen, and the linen is in a drawer nobody may open.",
            "The samples went to three laboratories, which agreed on everything but the cause.",
            "By noon the ducks had the football pitch to themselves.",
        ),
    ),
    Beat(
        ("money", "data", "work"),
        (
            "Budget for {place}: where {number} went",
            "The last typesetter of {place}",
            "{place} counts its empty shops",
            "A day’s wages at the {place} {thing}",
            "Rents in {place}, mapped street by street",
            "{who} opens the books",
            "The {thing} that made {place} a profit",
        ),
        (
            "We asked for the figures in March; they came in November, on paper.",
            "Of {number} entries, four did not add up, and all four were small.",
            "{who} has kept every pay slip since 1979, in order.",
            "The shop beside the {thing} has changed hands five times in six years.",
            "None of this is a secret; it had simply never been written on one page.",
            "The table below can be downloaded, and corrections are welcome.",
        ),
    ),
    Beat(
        ("culture", "photo", "music"),
        (
            "An orchestra rehearses in the {place} {thing}",
            "{who}, {number} drawings later",
            "The choir of {place} sings to an empty {thing}",
            "Three books from {place} worth your rain",
            "Photographs found under the {place} {thing}",
            "The theatre at {place} turns the lights back on",
            "A festival {place} nearly forgot",
        ),
        (
            "The first violin came by bicycle, the double bass by hearse.",
            "There are {number} plates in the box, and someone wrote a name on each.",
            "“I paint what is left over,” says {who}.",
            "The {thing} has the best echo in {place}, and nobody had thought to sing in it.",
            "Tickets cost what you can pay; last year most people could pay a little.",
            "It ends with a silence that the audience, for once, did not fill.",
        ),
    ),
    Beat(
        ("sport", "live"),
        (
            "{place} {goals}–{against} Thornby Rovers: as it happened",
            "A goalkeeper of {age} saves {place}",
            "{place} rowers finish {number} seconds ahead",
            "The marathon that {place} ran in fog",
            "{who} blows the final whistle",
            "New turf for {place}, old habits",
        ),
        (
            "It was decided, as such things are, by a deflection.",
            "{who} had not expected to play, and had eaten lunch accordingly.",
            "The crowd of {number} sounded like twice that, mostly because of the tin roof.",
            "Full time. Nobody in {place} went straight home.",
            "The second half was played in weather that the rules do not mention.",
        ),
    ),
    Beat(
        ("health", "education", "long read"),
        (
            "Ward seven, {place}, four in the morning",
            "The school at {place} that lost its bell",
            "{number} vaccinations and one brass band",
            "What {who} teaches on Thursdays",
            "A waiting room in {place}, hour by hour",
            "The midwife of {place} retires, twice",
            "Learning to read at {age} in {place}",
        ),
        (
            "The corridor smells of floor polish and toast.",
            "{who} has done this for {age} years and still knocks.",
            "Of {number} letters sent home, three came back with poems on the other side.",
            "The bell is in the museum now; the bus is on time without it.",
            "Nobody here asked to be called brave, and most would rather have a chair.",
            "We have changed two names at the families’ request.",
        ),
    ),
)

OPENERS = (
    "It began with a telephone call that nobody wanted to answer.",
    "At four in the morning the harbour is a ledger of lights.",
    "There is a bench outside the {place} {thing} where most of this story was told.",
    "On paper nothing has happened.",
    "The rain stopped at ten, and by half past there was a queue.",
    "Ask anyone in {place} and they will send you to {who}.",
)
CLOSERS = (
    "We will report on the outcome.",
    "The door, for now, stays open.",
    "“Come back in spring,” says {who}. We will.",
    "Additional reporting by the night desk.",
    "An earlier version of this article gave the wrong year; we are sorry.",
    "The minutes are public and can be read in the reading room.",
)
BIOS = (
    "Writes about water, and about people who live beside it.",
    "Night desk. Coffee, commas, corrections.",
    "Came for one summer in 2014 and stayed.",
    "Court reporter; former violinist.",
    "Counts things. Sometimes twice.",
    "",
)
COMMENTS = (
    "Lovely.", "More of this, please.", "I was there; it was colder than you say.",
    "My grandfather built that.", "Could you print the figures as a table?",
    "The photograph is from Northgate, not from the quay.", "Thank you for writing about us.",
    "I disagree, but it is well put.", "Has anyone asked the ferrymen?",
    "Third paragraph: “its”, not “it’s”.", "Read it aloud to my class. They want part two.",
    "Who is paying for all this?", "Finally somebody says it.", "The link to the minutes is broken.",
    "We moved away in 1998 and I still miss the bell.", "Not my experience of the council at all.",
)  # fmt: skip
