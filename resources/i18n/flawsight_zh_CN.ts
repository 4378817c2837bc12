<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Flawsight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {0} · Python {1} · Qt {2} · {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learns what good parts look like, shows where a new part differs, and hands the tuned model to the line. Nothing is ever fetched or sent without asking.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flawsight itself: Apache-2.0</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add pictures to inspect…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save model file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Flawsight</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Badge</name>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConfusionMatrix</name>
    <message>
        <source>Good parts and defects, passed and rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} good parts passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} good parts rejected (false rejects)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} defects passed (escapes)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} defects rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>defect</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Drop a folder of good parts here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data sets laid out like MVTec AD, LOCO or VisA, or as good and defect subfolders, are recognised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of good parts, or a data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures to inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add pictures to inspect…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures of the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to tune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} other sizes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Formats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With a mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} unreadable: left out, the rest goes on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} files were not taken, such as {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only {0} good parts to learn from: 20 or more give steadier limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures of different sizes: all are brought to one frame size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} exact copies of other pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good	G</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect	D</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided	U</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use to train	T</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use to tune	N</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in Inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the project	Del</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Evaluator</name>
    <message>
        <source>Pixel figures</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none yet: train one first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NG from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save model file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flawsight model (*.flawmodel)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model with the limits in force, ready for the line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ONNX bundle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model.onnx with resize and normalisation inside, metadata, a certificate and a runnable consumer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is exported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save model file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One .flawmodel file with the limits in force, for flawsight-cli and other projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After writing, the exported file itself is run on pictures of this project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its scores have to agree with the program&apos;s own, or the export counts as failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported file against the program</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for the export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported and checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, all at the limit by rounding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures compared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest difference of a score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest difference of a pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest difference on the scale of 0 to 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} (allowed {1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdicts that differ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SHA-256 of model.onnx</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>Something unexpected went wrong in Flawsight.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your work is saved. Please report the details.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by name or folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sorted by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most suspicious first, or by file name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect every picture that has no score yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All verdicts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OK</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not inspected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict against label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labelled defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labelled good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} not inspected</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Picture viewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {name} …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, {width} × {height} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>regions over the pixel limit: {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>x {x}, y {y}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} (limit {limit})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>InspectionPanel</name>
    <message>
        <source>Drop images or folders here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open images …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are read in place and never changed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images ({patterns})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LimitPlot</name>
    <message>
        <source>limit {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspecting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LossCurve</name>
    <message>
        <source>step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss while training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No numbers yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flawsight projects (*{0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no pictures in the clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use to train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use to tune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is trained and in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project is open elsewhere: read-only here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to open the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to make a project of these pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to add to the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is still running.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing stops it, and what it has done so far is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NewProjectDialog</name>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example: Flange M8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file name cannot hold that sign.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A project of that name is already there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes {0}. Pictures stay where they are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for the project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PrecisionRecallPlot</name>
    <message>
        <source>recall (share of the defects that is found)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label some good parts and some defects to see this curve</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>precision {0} · recall {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>limit {0} · precision {1} · recall {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProblemDialog</name>
    <message>
        <source>That did not work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the failure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecentRow</name>
    <message>
        <source>{0} is not there now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not found</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecipeForm</name>
    <message>
        <source>automatic</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RegionTable</name>
    <message>
        <source>Regions over the pixel limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>peak</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{area} px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show this region</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsTable</name>
    <message>
        <source>Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AUROC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click a model to use it; Delete removes it, and can be undone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click to use this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label good parts and defects among the test pictures to see it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SampleListModel</name>
    <message>
        <source>cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not inspected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>labelled {label}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SampleTable</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tune</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreHistogram</name>
    <message>
        <source>image score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>% of good, % of defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores of good parts and defects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No scores yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NG from {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} to {1} · {2} good · {3} defect</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Read-only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All changes saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the demo parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for devices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Learn what good parts look like, see where a new part differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts and defects drawn by the program itself: the whole tour without a camera or a network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or drop a folder of good parts, or a project, anywhere in this window</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatTable</name>
    <message>
        <source>rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Progress of the running job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop this job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: still stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ToolStrip</name>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole picture (F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One picture pixel on one screen pixel (1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the heat (H), or hold B to blink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength of the heat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of the heat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours of the heat; the limit is in the middle of the scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outline the regions over the pixel limit (C)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outline the labelled defects (M)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photo on the left, heat on the right (S)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turbo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grey</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>The trained model in use. Click to choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model in use</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where training and inspection are computed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures labelled good or defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} labelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Trained models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet: the first one takes its place here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accurate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pictures are brought to this size first. Larger shows smaller defects and takes longer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Letterbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How a picture that is not square fills the frame: stretched over it, or whole with grey bars</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More settings of this algorithm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this computer, as it is now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What training will cost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You can go on inspecting and labelling meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good parts to learn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That does not fit into the {0} of memory that are free now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training needs at least 2 good parts: add a folder of them on the Data page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use {0} × {0} frames instead</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still stopping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TunePage</name>
    <message>
        <source>Scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the line, or use the fields on the right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raw score units; the same in window, file and export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NG limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A picture is NG from this score on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A spot counts as a region from this value on; it does not decide OK or NG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NG from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set by rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good parts only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The limits with the best balance of found defects and false rejects on the labelled pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The limits that about 1 in 100 of the good parts reaches; no defect is needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SET BY RULE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>provisional</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set without any labelled defect: label some, then choose the limits on them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a model first: limits belong to a model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect pictures to see their scores here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to Inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counting pixels…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel figures need masks of the defects: add them with a data set that has them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label at least one defect to see precision and recall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label at least one good part to see precision and recall</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On {0} tune pictures, none used in training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label pictures good or defect to count them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>defects passed as good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>good parts rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a labelled defect nothing can be said about escapes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 of {0} missed: up to {1} may escape (95 %)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To claim under {0} escapes at 95 % you need {1} defects with none passed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set by hand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No labelled defects yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No labelled good parts yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None at this limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VerdictBar</name>
    <message>
        <source>Score against the limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {0}, limit {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VerdictPanel</name>
    <message>
        <source>REGIONS OVER THE PIXEL LIMIT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LABEL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Defect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the next without label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>After each label, select the next picture that has none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VERDICT</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train a model first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It learns from good pictures what good looks like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This picture cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not inspected yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best F1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from good parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>limit {limit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>provisional</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The heat map is being read …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None; the highest value stays under {limit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided by the image score, although no region reaches the pixel limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided by the image score, although regions reach the pixel limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decided by the image score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>inspected in {milliseconds} ms</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
