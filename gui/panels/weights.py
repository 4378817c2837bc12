"""Where the chosen backbone's weights are, and how to get them: from a file, or by a download agreed to here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.backbones.catalog import CATALOG, TEACHERS, BackboneSpec
from core.backbones.places import cache_folder, download_of, own_of, present
from gui import icons, theme
from gui.errors import translated
from gui.widgets.layouts import across

if TYPE_CHECKING:
    from gui.session.events import Job
    from gui.session.session import Session

BAR_STEPS = 1000


class WeightsControl(QWidget):
    """Says whether a backbone's weights are there. Its download button names size and host: pressing it is consent.

    Signals
    -------
    changed
        `ready` may be another now.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._spec: BackboneSpec = next(iter(CATALOG.values()))
        self._asked = ""  # the backbone that the last job was for
        self.state = QLabel(self)
        self.choose_button = QPushButton(icons.icon("open"), self.tr("Choose a file…"), self)
        self.choose_button.setObjectName("choose_weights")
        self.download_button = QPushButton(icons.icon("download"), "", self)
        self.download_button.setObjectName("download_weights")
        self.bar = QProgressBar(self, textVisible=False, maximum=BAR_STEPS)
        self.bar.setFixedSize(120, 6)
        self.bar.setAccessibleName(self.tr("Progress of the weights"))
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.error = QLabel(self, wordWrap=True)
        theme.set_role(self.error, "ng")
        row = across(8)
        for part in (self.choose_button, self.download_button, self.bar, self.cancel_button):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.state)
        column.addLayout(row)
        column.addWidget(self.error)
        self.choose_button.clicked.connect(self.choose_file)
        self.download_button.clicked.connect(self._on_download)
        self.cancel_button.clicked.connect(self._on_cancel)
        session.job_changed.connect(self._on_job)
        self._refresh()

    @property
    def ready(self) -> bool:
        """Whether the weights are on this computer."""
        return present(self._spec) is not None

    def show_backbone(self, name: str) -> None:
        """Tell about another backbone."""
        if name != self._spec.name:
            self._spec = TEACHERS.get(name) or CATALOG[name]
            self._refresh()
            self.changed.emit()

    def choose_file(self) -> None:
        """Ask for a file with the weights, and keep a copy of it if it is the right one."""
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Weights of {0}").format(translated(self._spec.title)),
            str(self._session.preferences.folder()),
            self.tr("Weights (*.pth *.pt *.safetensors);;All files (*)"),
        )
        if name:
            self._session.preferences.set_folder(Path(name).parent)
            self._asked = self._spec.name
            self._session.keep_weights(self._spec.name, Path(name))

    def _on_download(self) -> None:
        self._asked = self._spec.name
        self._session.fetch_weights(self._spec.name)

    def _on_cancel(self) -> None:
        self._session.cancel("weights")

    def _on_job(self, job: Job) -> None:
        if job.kind == "weights":
            self._refresh()
            if not job.active:
                self.changed.emit()

    def _refresh(self) -> None:
        found, download = present(self._spec), download_of(self._spec)
        job = self._session.job("weights")
        running = job is not None and job.active
        mine = self._asked == self._spec.name
        if found is None:
            text = self.tr("{0}: not on this computer")
        else:
            text = self.tr("{0}: installed with the program") if found[0].kind == "package" else self.tr("{0}: at hand")
        self.state.setText(text.format(translated(self._spec.title)))
        theme.set_role(self.state, "review" if found is None else "muted")
        self.state.setToolTip("" if found is None else str(found[1]))
        self.choose_button.setVisible((download or own_of(self._spec)) is not None and not running)
        self.download_button.setVisible(download is not None and found is None and not running)
        if download is not None:
            host = urlsplit(download.place).hostname
            size = round(download.size_bytes / 1e6)
            if own_of(self._spec) is None:
                text = self.tr("{file}, fetched by somebody on another computer; a copy goes to {folder}")
            else:
                text = self.tr("Any weights of this network, published or of your own; a copy goes to {folder}")
            self.choose_button.setToolTip(text.format(file=download.file_name, folder=cache_folder()))
            self.download_button.setText(self.tr("Download {size} MB from {host}").format(size=size, host=host))
            self.download_button.setToolTip(
                self.tr("{url}\nSHA-256 {sha256}…, checked\nLicence {licence}\nKept in {folder}").format(
                    url=download.place,
                    sha256=download.sha256,
                    licence=translated(self._spec.licence),
                    folder=cache_folder(),
                )
            )
        for part in (self.bar, self.cancel_button):
            part.setVisible(running and mine)
        fraction = 0.0 if job is None or job.progress is None else job.progress.fraction
        self.bar.setValue(round(fraction * BAR_STEPS))
        error = job.error if job is not None and mine else None
        self.error.setText("" if error is None else str(error))
        self.error.setVisible(error is not None)
