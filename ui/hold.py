"""Owns holding keys and clicks back from a window that shows already what nobody can serve yet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

_HELD = frozenset((
    QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick, QEvent.Type.ContextMenu,
    QEvent.Type.DragEnter, QEvent.Type.Drop,
))  # fmt: skip


class Hold(QObject):
    """Until ``end``, nothing can be changed in the window: what is typed there could not yet be kept.

    Scrolling and closing go on, and so does any dialog in front.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def end(self) -> None:
        """Let everything through again."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() not in _HELD
            or not isinstance(watched, QWidget)
            or watched.window() is not self._window
        ):
            return False
        event.accept()  # also of a shortcut, which would act before the key
        return True
