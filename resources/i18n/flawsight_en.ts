<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en">
<context>
    <name>DataPage</name>
    <message numerus="yes">
        <source>{0} other sizes</source>
        <translation>
            <numerusform>{0} other size</numerusform>
            <numerusform>{0} other sizes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} files were not taken, such as {1}</source>
        <translation>
            <numerusform>{0} file was not taken: {1}</numerusform>
            <numerusform>{0} files were not taken, such as {1}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only {0} good parts to learn from: 20 or more give steadier limits</source>
        <translation>
            <numerusform>Only {0} good part to learn from: 20 or more give steadier limits</numerusform>
            <numerusform>Only {0} good parts to learn from: 20 or more give steadier limits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} pictures are both learned from and judged: figures look too good</source>
        <translation>
            <numerusform>{0} picture is both learned from and judged: figures look too good</numerusform>
            <numerusform>{0} pictures are both learned from and judged: figures look too good</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} exact copies of other pictures</source>
        <translation>
            <numerusform>{0} exact copy of another picture</numerusform>
            <numerusform>{0} exact copies of other pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportLabelsDialog</name>
    <message numerus="yes">
        <source>{count} pictures written to {folder}</source>
        <translation>
            <numerusform>{count} picture written to {folder}</numerusform>
            <numerusform>{count} pictures written to {folder}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} picture</numerusform>
            <numerusform>{count} pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportLabelsDialog</name>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} picture</numerusform>
            <numerusform>{count} pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} defects</source>
        <translation>
            <numerusform>{count} defect</numerusform>
            <numerusform>{count} defects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} masks</source>
        <translation>
            <numerusform>{count} mask</numerusform>
            <numerusform>{count} masks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InspectionPanel</name>
    <message numerus="yes">
        <source>{count} pictures added</source>
        <translation>
            <numerusform>{count} picture added</numerusform>
            <numerusform>{count} pictures added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} masks went with their labels; Undo brings them back</source>
        <translation>
            <numerusform>{count} mask went with its label; Undo brings it back</numerusform>
            <numerusform>{count} masks went with their labels; Undo brings them back</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>{0} of {1} pictures are not where they were: {2}</source>
        <translation>
            <numerusform>{0} of {1} pictures is not where it was: {2}</numerusform>
            <numerusform>{0} of {1} pictures are not where they were: {2}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutcomeCard</name>
    <message numerus="yes">
        <source>{0} more defects needed, with none of them passed as OK</source>
        <translation>
            <numerusform>{0} more defect needed, and not passed as OK</numerusform>
            <numerusform>{0} more defects needed, with none of them passed as OK</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} more good parts needed, with none of them rejected</source>
        <translation>
            <numerusform>{0} more good part needed, and not rejected</numerusform>
            <numerusform>{0} more good parts needed, with none of them rejected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RegionRule</name>
    <message numerus="yes">
        <source>Score and regions disagree on {0} pictures</source>
        <translation>
            <numerusform>Score and regions disagree on {0} picture</numerusform>
            <numerusform>Score and regions disagree on {0} pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TunePage</name>
    <message numerus="yes">
        <source>On {0} held-out pictures, unseen by training</source>
        <translation>
            <numerusform>On {0} held-out picture, unseen by training</numerusform>
            <numerusform>On {0} held-out pictures, unseen by training</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On {0} held-out pictures, unseen by training and limits</source>
        <translation>
            <numerusform>On {0} held-out picture, unseen by training and limits</numerusform>
            <numerusform>On {0} held-out pictures, unseen by training and limits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On {0} tune pictures, none used in training</source>
        <translation>
            <numerusform>On {0} tune picture, not used in training</numerusform>
            <numerusform>On {0} tune pictures, none used in training</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} · defects passed as good</source>
        <translation>
            <numerusform>{0} · defect passed as good</numerusform>
            <numerusform>{0} · defects passed as good</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} · good parts rejected</source>
        <translation>
            <numerusform>{0} · good part rejected</numerusform>
            <numerusform>{0} · good parts rejected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} good parts</source>
        <translation>
            <numerusform>{0} good part</numerusform>
            <numerusform>{0} good parts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} defects</source>
        <translation>
            <numerusform>{0} defect</numerusform>
            <numerusform>{0} defects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_LabelsDialog</name>
    <message numerus="yes">
        <source>{count} remarks</source>
        <translation>
            <numerusform>{count} remark</numerusform>
            <numerusform>{count} remarks</numerusform>
        </translation>
    </message>
</context>
</TS>
