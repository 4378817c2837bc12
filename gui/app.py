"""The application object: names, font, language."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

import resources

NAME = "Flawsight"
ORGANISATION = "Flawsight"
# code -> its own name; the English catalogue holds the forms of singular and plural only
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}


def build_application(arguments: list[str]) -> QApplication:
    """Return the process's one application, made if it is not there yet."""
    QCoreApplication.setOrganizationName(ORGANISATION)
    QCoreApplication.setApplicationName(NAME)
    there = QApplication.instance()
    if there is None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = there if isinstance(there, QApplication) else QApplication([NAME, *arguments])
    app.setStyle("Fusion")
    QGuiApplication.setApplicationDisplayName(NAME)
    QGuiApplication.setDesktopFileName("flawsight")
    font = app.font()
    font.setPixelSize(13)
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    return app


def system_language() -> str:
    """Return the code in `LANGUAGES` nearest to the system's language."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


# Newer in Qt than its own Chinese.
_QT_TEXTS = (
    QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
    QT_TRANSLATE_NOOP("QAbstractFileIconProvider", "Folder"),
)


class Language:
    """The translators in force.

    Installing one makes Qt send `LanguageChange` to every widget, from which the window builds itself anew.
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.code = "en"

    def use(self, code: str) -> bool:
        """Speak another language.

        Returns
        -------
        False where no catalogue of it ships: the texts stay English then.
        """
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        self.code = code if code in LANGUAGES else "en"
        QLocale.setDefault(QLocale(self.code) if self.code != "en" else QLocale.c())
        own = QTranslator(self._app)
        found = own.load(f"flawsight_{self.code}", str(resources.ROOT / "i18n"))
        if found:
            self._add(own)
        qt = QTranslator(self._app)
        if qt.load(f"qtbase_{self.code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            self._add(qt)
        return found

    def _add(self, translator: QTranslator) -> None:
        self._app.installTranslator(translator)
        self._installed.append(translator)
