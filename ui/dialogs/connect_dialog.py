"""Owns "Connect to PostgreSQL…": the fields of a profile, a pasted URL, a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.refusal import RefusedError
from desktop.connect.probe import Probe, probe
from desktop.connect.profile import DEFAULT_PORT, Profile, parse_url
from desktop.connect.secrets import keep_password, keyring_works
from desktop.connect.store import save_profile
from desktop.models.connection import Connection, open_connection
from desktop.models.lanes import Job, Lane
from ui import icons
from ui.dialogs import message
from ui.dialogs.connect_more import ConnectMore
from ui.dialogs.frame import DialogFrame, labelled, line, pair, text_label
from ui.dialogs.saving_choice import SavingChoice
from ui.dialogs.tls_choice import TlsChoice


class ConnectDialog(DialogFrame):
    """Fills a profile, tests it, opens it. The password goes to the keyring or stays in memory."""

    connected = Signal(object)
    """The open Connection; whoever takes it owns it."""

    def __init__(self, parent: QWidget | None = None, *, profile: Profile | None = None) -> None:
        super().__init__(parent, "Connect to PostgreSQL", 460)
        self._lane = Lane("connect", self)
        self._job: Job | None = None
        self._more: Profile | None = profile
        self._keyring = False
        self._url_problem = ""
        self._url_has_password = False
        """Why the URL was not understood; nothing is opened from fields it does not agree with."""
        self._build()
        if profile is not None:
            self.fill(profile, None)
        self._lane.submit(lambda token, progress: keyring_works(), self._know_keyring, owner=self)

    def fill(self, profile: Profile, password: str | None) -> None:
        """Show a profile in the fields."""
        self._more = profile
        self.name.setText(profile.name)
        self.host.setText(profile.host)
        self.port.setText(str(profile.port or profile.options.get("port", "")))
        self.database.setText(profile.database)
        self.user.setText(profile.user)
        if password is not None:
            self.password.setText(password)
        self.tls.show_mode(profile.sslmode)
        self._choice.show(profile)
        self.more.fill(profile)

    def profile(self) -> Profile | None:
        """What the fields say, or None where they cannot be right (and the result line says why)."""
        if self._url_problem:
            self._say(f"{self._url_problem} Mend the URL, or empty its line.", good=False)
            self.url.setFocus()
            return None
        ports = [part.strip() for part in self.port.text().split(",")]
        if not all(not port or (port.isdigit() and 0 < int(port) < 65536) for port in ports):
            self._say("Port must be a number from 1 to 65535.", good=False)
            self.port.setFocus()
            return None
        if not self.database.text().strip() and not (self._more and self._more.options.get("service")):
            self._say("Database must be filled in.", good=False)
            self.database.setFocus()
            return None
        base = self._more or Profile(name="", backend="postgresql")
        filled = replace(
            base,
            name=self.name.text().strip() or self.database.text().strip(),
            host=self.host.text().strip(),
            port=int(ports[0]) if len(ports) == 1 and ports[0] else None,
            options=_with_ports(base.options, ports),
            database=self.database.text().strip(),
            user=self.user.text().strip(),
            sslmode=self.tls.mode,
        )
        return self.more.put_into(self._choice.put_into(filled))

    def test(self) -> None:
        """Try the connection in the background; the result stands in the dialog."""
        profile, password = self.profile(), self.password.text() or None
        if profile is None:
            return

        def work(token: CancelToken, progress: Progress) -> Probe:
            return probe(profile, password, token)

        self._start("Testing…")
        self._job = self._lane.submit(work, self._tested, self._test_failed, owner=self)

    def connect_now(self) -> None:
        """Open the database; closes on success."""
        profile = self.profile()
        if profile is None:
            return
        self._start("Connecting…")
        self._job = open_connection(
            profile, self.password.text() or None, self._opened, self._refused, self, cancelled=self._stopped
        )

    def reject(self) -> None:
        if self._job is not None and self._job.running:
            self._job.cancel()
        self._lane.stop()
        super().reject()

    def _build(self) -> None:
        self.url = line("Paste a connection URL:  postgresql://user@host:5432/database")
        self.url.setAccessibleName("Connection URL")
        self.url.textEdited.connect(self._read_url)
        self.url.editingFinished.connect(self._hide_password)
        self.body.addWidget(self.url)
        self._choice = SavingChoice(self)
        self.saving, self.colour = self._choice.saving, self._choice.colour
        self.name = line("Newsroom")
        self.host, self.port = line("db1.example"), line(str(DEFAULT_PORT))
        self.database, self.user, self.password = line("newsroom"), line(), line()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.tls = TlsChoice(self)
        self.tls.currentIndexChanged.connect(self._fit_soon)
        self.body.addLayout(pair((labelled("Name", self.name), 2), (labelled("Colour", self.colour), 1)))
        self.body.addLayout(pair((labelled("Host", self.host), 3), (labelled("Port", self.port), 1)))
        self.body.addLayout(pair((labelled("Database", self.database), 1), (labelled("User", self.user), 1)))
        self.body.addLayout(pair((labelled("Password", self.password), 1), (labelled("TLS", self.tls), 1)))
        self.body.addWidget(self.tls.words)
        self.body.addLayout(labelled("Saving", self.saving))
        self.remember = QCheckBox("Remember the password in the system keyring", self)
        self.body.addWidget(self.remember)
        self.more = ConnectMore(self)
        self.body.addWidget(self.more)
        self._build_result()
        self.body.addStretch(1)
        self.test_button = self.add_button("Test Connection", self.test)
        self.more_button = self.add_button("More…", self._show_more, role="flat")
        self.buttons.addStretch(1)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.connect_button = self.add_button("Connect", self.connect_now, role="primary", default=True)

    def _show_more(self) -> None:
        self.more.setVisible(self.more.isHidden())
        self._fit_soon()

    def _fit_soon(self) -> None:
        QTimer.singleShot(0, self, self.fit)

    def _build_result(self) -> None:
        self.result_sign = QLabel(self)
        self.outcome = text_label("", "muted")
        self.outcome.setAccessibleName("Result of the test")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.result_sign)
        row.addWidget(self.outcome, 1)
        self.body.addLayout(row)

    def _know_keyring(self, works: bool) -> None:
        self._keyring = works
        self.remember.setEnabled(works)
        self.remember.setChecked(works)
        if not works:
            self.remember.setText("No system keyring: kept until Rowkeeper is closed")

    def _read_url(self, text: str) -> None:
        self._url_problem = ""
        self._url_has_password = False
        if not text.strip():
            self._say("", good=True)
            return
        try:
            profile, password = parse_url(text)
        except RefusedError as refused:
            self._url_problem = refused.refusal.sentence
            self._say(self._url_problem, good=False)
            return
        if profile.backend != "postgresql":
            self._url_problem = "This URL is of an SQLite file; open it with File > Open."
            self._say(self._url_problem, good=False)
            return
        self.fill(profile, password)
        self._url_has_password = bool(password)
        self._say("", good=True)

    def _hide_password(self) -> None:
        """A password in the URL is in its own field by now; it must not stay readable in the line."""
        if self._url_has_password:
            self._url_has_password = False
            self.url.clear()

    def _start(self, text: str) -> None:
        self.test_button.setEnabled(False)
        self.connect_button.setEnabled(False)
        self._say(text, good=None)

    def _stopped(self) -> None:
        self.test_button.setEnabled(True)
        self.connect_button.setEnabled(True)

    def _tested(self, found: Probe) -> None:
        self._stopped()
        tls = "TLS verified" if found.verified else "TLS, not verified" if found.tls else "no TLS"
        rights = "may read and write" if found.may_write else "may only read"
        self._say(
            f"PostgreSQL {found.server_version} · {tls} · {found.milliseconds:.0f} ms · {rights}", good=True
        )

    def _test_failed(self, error: Exception) -> None:
        self._stopped()
        refusal = message.refusal_of(error)
        hint = refusal.details if "Details" in refusal.hint else refusal.hint  # there is no such button here
        self._say(f"{refusal.sentence} {hint}".strip(), good=False)

    def _opened(self, connection: Connection) -> None:
        profile = connection.database.profile
        save_profile(profile)
        self._keep_password(connection)
        self.accept()
        self._lane.stop()
        self.connected.emit(connection)

    def _keep_password(self, connection: Connection) -> None:
        """In the background: the keyring may ask the person to unlock it."""
        profile, password, remember = (
            connection.database.profile,
            self.password.text(),
            self.remember.isChecked(),
        )
        if password:
            connection.side.submit(
                lambda token, progress: keep_password(profile, password, remember), lambda kept: None
            )

    def _refused(self, error: Exception) -> None:
        self._stopped()
        self._say("", good=None)
        message.show_error(self, error, title=self.windowTitle())

    def _say(self, text: str, *, good: bool | None) -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", "muted" if good is None else "" if good else "error")
        self.outcome.style().polish(self.outcome)
        if not text or good is None:
            self.result_sign.setPixmap(QPixmap())
        else:
            name, role = ("check-circle", "new") if good else ("alert-circle-outline", "error")
            self.result_sign.setPixmap(icons.icon(name, role).pixmap(16, 16))
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        self.resize(self.width(), max(self.height(), self.sizeHint().height()))


def _with_ports(options: Mapping[str, str], ports: Sequence[str]) -> dict[str, str]:
    """Several hosts have a port each, in one text; a single one is a field of the profile."""
    others = {name: value for name, value in options.items() if name != "port"}
    return {**others, "port": ",".join(ports)} if len(ports) > 1 else others
