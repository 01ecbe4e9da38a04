"""Qt item models and the job lanes: QtCore and QtGui only, never QtWidgets."""
