"""Owns the list of every action as rows of data; what an action does is said in ui/window/*_commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Needs(Enum):
    """What must be there for an action to be enabled."""

    NOTHING = "nothing"
    CONNECTION = "connection"
    TABLE = "table"
    WRITABLE = "writable table"
    RECORD = "current record"
    WRITABLE_RECORD = "current record that may be changed"
    SELECTION = "selection that may be changed"
    MARKED = "selection in a table with a deletion mark"
    MARKER = "table with a deletion mark"
    REFERENCE = "current cell that names another record"
    NARROWED = "filter or search in force"


FILE, EDIT, RECORD, VIEW, DATA, HELP = MENUS = ("File", "Edit", "Record", "View", "Data", "Help")
RECENT, SAVED, THEME = "Recent", "Saved Connections", "Theme"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action: where it stands, how it is called, what it needs."""

    id: str
    text: str
    menu: str
    """One of MENUS, or "File > Recent" for a submenu."""
    keys: tuple[str, ...] = ()
    """Shortcuts, the one to show first."""
    icon: str = ""
    tip: str = ""
    needs: Needs = Needs.NOTHING
    separator: bool = False
    """A line above it in the menu."""
    in_grid: bool = False
    """Its keys work only while the grid has the focus: in a text field they mean something else."""
    checkable: bool = False
    group: str = ""
    """Checkable actions of one group exclude each other."""
    context: bool = False
    """Also in the context menu of the grid."""


@dataclass(frozen=True, slots=True)
class SubmenuSpec:
    """A menu whose entries are made at run time (recent files...), placed before an action."""

    text: str
    menu: str
    before: str


SUBMENUS = (
    SubmenuSpec(RECENT, FILE, "file.sample"),
    SubmenuSpec(SAVED, FILE, "file.sample"),
)

A, N = ActionSpec, Needs

ACTIONS: tuple[ActionSpec, ...] = (
    A("file.open", "Open SQLite File…", FILE, ("Ctrl+O",), "folder-open-outline", "Open an SQLite database"),
    A(
        "file.connect",
        "Connect to PostgreSQL…",
        FILE,
        ("Ctrl+Shift+O",),
        "server-network",
        "Connect to a server",
    ),
    A(
        "file.sample",
        "Open Sample Database",
        FILE,
        (),
        "school-outline",
        "Open the newsroom to try things out",
    ),
    A(
        "file.import",
        "Import CSV…",
        FILE,
        ("Ctrl+I",),
        "import",
        "Add or update records from a CSV file",
        N.WRITABLE,
        separator=True,
    ),
    A(
        "file.export",
        "Export View…",
        FILE,
        ("Ctrl+Shift+X",),
        "export-variant",
        "Write what is seen to a CSV, TSV, XLSX or JSON file",
        N.TABLE,
    ),
    A(
        "file.close_tab",
        "Close Tab",
        FILE,
        ("Ctrl+W",),
        "close",
        "Close the current tab",
        N.TABLE,
        separator=True,
    ),
    A("file.quit", "Quit", FILE, ("Ctrl+Q",), "exit-to-app", "Leave Rowkeeper", separator=True),
    A(
        "edit.copy",
        "Copy",
        EDIT,
        ("Ctrl+C",),
        "content-copy",
        "Copy the selected records",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.copy_headers",
        "Copy with Headers",
        EDIT,
        ("Ctrl+Shift+C",),
        "table-headers-eye",
        "Copy the selected records under the names of their columns",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.select_all",
        "Select All",
        EDIT,
        ("Ctrl+A",),
        "select-all",
        "Select every record that the view lets through",
        N.TABLE,
        in_grid=True,
    ),
    A("edit.find", "Find", EDIT, ("Ctrl+F",), "magnify", "Search all text columns", N.TABLE, separator=True),
    A(
        "edit.filter_row",
        "Filter Row",
        EDIT,
        ("Ctrl+Shift+F",),
        "filter-variant",
        "A field above each column to filter by",
        N.TABLE,
        checkable=True,
    ),
    A(
        "edit.filter_value",
        "Filter by This Value",
        EDIT,
        ("Alt+F3",),
        "filter-check-outline",
        "Show only records with the value of the current cell",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.clear_filter",
        "Clear Filter",
        EDIT,
        ("Ctrl+Shift+L",),
        "filter-remove-outline",
        "Show all records again",
        N.NARROWED,
    ),
    A("record.new", "New", RECORD, ("Ctrl+N", "Ins"), "plus", "Enter a new record", N.WRITABLE),
    A(
        "record.edit",
        "Edit…",
        RECORD,
        ("Return", "Shift+Return", "Enter", "Shift+Enter", "Ctrl+E"),
        "pencil-outline",
        "Open the current record in a form",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "record.duplicate",
        "Duplicate",
        RECORD,
        ("Ctrl+Shift+D",),
        "content-duplicate",
        "Enter a new record that begins as a copy of the current one",
        N.WRITABLE_RECORD,
        context=True,
    ),
    A(
        "record.delete",
        "Delete…",
        RECORD,
        ("Ctrl+Del",),
        "trash-can-outline",
        "Delete the selected records, after a look at what goes with them",
        N.SELECTION,
        in_grid=True,
        context=True,
        separator=True,
    ),
    A(
        "record.delete_permanently",
        "Delete Permanently…",
        RECORD,
        ("Ctrl+Shift+Del",),
        "delete-forever-outline",
        "Delete for good, where a table normally only marks records as deleted",
        N.MARKED,
        in_grid=True,
    ),
    A(
        "record.restore",
        "Restore",
        RECORD,
        ("Ctrl+Shift+Z",),
        "delete-restore",
        "Take records back that were marked as deleted",
        N.MARKED,
        in_grid=True,
        context=True,
    ),
    A(
        "record.set_field",
        "Set Field…",
        RECORD,
        ("Ctrl+Shift+E",),
        "form-textbox",
        "Give one field the same value in all selected records",
        N.SELECTION,
        context=True,
        separator=True,
    ),
    A(
        "record.add_to_field",
        "Add to Field…",
        RECORD,
        ("Ctrl+Shift+Plus",),
        "plus-box-multiple-outline",
        "Add an amount to a number in all selected records",
        N.SELECTION,
        context=True,
    ),
    A(
        "record.open_reference",
        "Open Referenced Record",
        RECORD,
        ("Alt+Space",),
        "open-in-new",
        "Open the record the current cell names",
        N.REFERENCE,
        context=True,
        separator=True,
    ),
    A(
        "record.related",
        "Go to Related…",
        RECORD,
        ("Alt+Shift+Space",),
        "arrow-right-bottom",
        "Show the records elsewhere that belong to the current one",
        N.RECORD,
        context=True,
    ),
    A(
        "record.first",
        "First",
        RECORD,
        ("Ctrl+Home",),
        "page-first",
        "Go to the first record",
        N.TABLE,
        in_grid=True,
        separator=True,
    ),
    A("record.previous", "Previous", RECORD, ("Alt+Up",), "chevron-up", "Go one record up", N.TABLE),
    A("record.next", "Next", RECORD, ("Alt+Down",), "chevron-down", "Go one record down", N.TABLE),
    A(
        "record.last",
        "Last",
        RECORD,
        ("Ctrl+End",),
        "page-last",
        "Go to the last record",
        N.TABLE,
        in_grid=True,
    ),
    A(
        "view.columns",
        "Columns…",
        VIEW,
        ("Ctrl+Shift+K",),
        "view-column-outline",
        "Choose and order the columns",
        N.TABLE,
    ),
    A(
        "view.names",
        "Show Names Instead of Ids",
        VIEW,
        ("Ctrl+Shift+I",),
        "tag-text-outline",
        "Show the name of the record a reference points to",
        N.TABLE,
        checkable=True,
    ),
    A(
        "view.deleted",
        "Show Deleted",
        VIEW,
        ("Ctrl+Shift+H",),
        "delete-clock-outline",
        "Show records that are marked as deleted",
        N.MARKER,
        checkable=True,
    ),
    A(
        "view.find_table",
        "Find a Table or View",
        VIEW,
        ("Ctrl+P",),
        "table-search",
        "Go to a table by its name",
        N.CONNECTION,
        separator=True,
    ),
    A("view.next_tab", "Next Tab", VIEW, ("Ctrl+Tab", "Ctrl+PgDown"), "tab", "Go to the next tab", N.TABLE),
    A(
        "view.previous_tab",
        "Previous Tab",
        VIEW,
        ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        "tab",
        "Go to the tab before",
        N.TABLE,
    ),
    A(
        "view.navigator",
        "Navigator",
        VIEW,
        ("F9",),
        "dock-left",
        "The list of tables at the left",
        checkable=True,
        separator=True,
    ),
    A("theme.system", "System", f"{VIEW} > {THEME}", (), "", "As the desktop", checkable=True, group="theme"),
    A("theme.light", "Light", f"{VIEW} > {THEME}", (), "", "Always light", checkable=True, group="theme"),
    A("theme.dark", "Dark", f"{VIEW} > {THEME}", (), "", "Always dark", checkable=True, group="theme"),
    A("data.refresh", "Refresh", DATA, ("F5", "Ctrl+R"), "refresh", "Read the records again", N.TABLE),
    A(
        "data.reload",
        "Reload Tables",
        DATA,
        ("Shift+F5",),
        "database-refresh-outline",
        "Read the list of tables and their columns again",
        N.CONNECTION,
    ),
    A(
        "data.settings",
        "Table Settings…",
        DATA,
        ("Ctrl+,",),
        "table-cog",
        "How records of this table are named and marked as deleted",
        N.TABLE,
        separator=True,
    ),
    A(
        "help.shortcuts",
        "Keyboard Shortcuts…",
        HELP,
        ("F1",),
        "keyboard-outline",
        "Every action and its keys",
    ),
    A(
        "help.reset_sample",
        "Reset Sample Database",
        HELP,
        (),
        "backup-restore",
        "Put the sample database back as it was",
        separator=True,
    ),
    A(
        "help.about",
        "About Rowkeeper",
        HELP,
        (),
        "information-outline",
        "Version and licence",
        separator=True,
    ),
)


def spec(action_id: str) -> ActionSpec:
    """The action of that id; KeyError where there is none."""
    for one in ACTIONS:
        if one.id == action_id:
            return one
    raise KeyError(action_id)
