<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Flawsight</source>
        <translation>关于 Flawsight</translation>
    </message>
    <message>
        <source>Version {0} · Python {1} · Qt {2} · {3}</source>
        <translation>版本 {0} · Python {1} · Qt {2} · {3}</translation>
    </message>
    <message>
        <source>Learns what good parts look like, shows where a new part differs, and hands the tuned model to the line. Nothing is ever fetched or sent without asking.</source>
        <translation>从良品图像中学习正常外观，标出新工件的异常位置，并将调好阈值的模型交付产线使用。未经您同意，绝不下载或发送任何数据。</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>使用的组件</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Parts of the program</source>
        <translation>程序的组成部分</translation>
    </message>
    <message>
        <source>Licences and notices of the chosen part</source>
        <translation>所选部分的许可证与声明</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>复制版本信息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>打开演示项目</translation>
    </message>
    <message>
        <source>Close project</source>
        <translation>关闭项目</translation>
    </message>
    <message>
        <source>Pack project…</source>
        <translation>打包项目…</translation>
    </message>
    <message>
        <source>Unpack a project…</source>
        <translation>解包项目…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add pictures to inspect…</source>
        <translation>添加待检图像…</translation>
    </message>
    <message>
        <source>Inspect a folder to files…</source>
        <translation>检测文件夹并输出文件…</translation>
    </message>
    <message>
        <source>Watch a folder to files…</source>
        <translation>监视文件夹并输出文件…</translation>
    </message>
    <message>
        <source>Watch for new pictures…</source>
        <translation>监视新图像…</translation>
    </message>
    <message>
        <source>Import labels…</source>
        <translation>导入标注…</translation>
    </message>
    <message>
        <source>Export labels…</source>
        <translation>导出标注…</translation>
    </message>
    <message>
        <source>Compare lighting…</source>
        <translation>光照对比…</translation>
    </message>
    <message>
        <source>Save model file…</source>
        <translation>保存模型文件…</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Paste pictures</source>
        <translation>粘贴图像</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>阈值调整</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About Flawsight</source>
        <translation>关于 Flawsight</translation>
    </message>
</context>
<context>
    <name>AreaDialog</name>
    <message>
        <source>Area to look at</source>
        <translation>检测区域</translation>
    </message>
    <message>
        <source>Drag a rectangle, or click the corners of a polygon, around what counts, or around what is to be ignored. The rest is grey to every algorithm, in training and in inspection.</source>
        <translation>拖出矩形，或依次点击多边形的顶点，圈出需要检测或需要忽略的部分。其余部分在训练和检测时对所有算法都是灰色。</translation>
    </message>
    <message>
        <source>What the outline is for</source>
        <translation>轮廓的用途</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>检测内部</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Shape of the outline</source>
        <translation>轮廓形状</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation>撤销上一步更改（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take the chosen outline away (Del)</source>
        <translation>删除所选轮廓（Del）</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>整幅图像</translation>
    </message>
    <message>
        <source>Take all outlines away</source>
        <translation>删除所有轮廓</translation>
    </message>
    <message>
        <source>The picture before</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>The next picture</source>
        <translation>下一张图像</translation>
    </message>
    <message>
        <source>Models trained before keep the area they were trained with: train again to use this one.</source>
        <translation>此前训练的模型保留其训练时的区域：请重新训练以使用新区域。</translation>
    </message>
    <message>
        <source>Use this area</source>
        <translation>使用此区域</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>What was drawn has not been used yet.</source>
        <translation>所画内容尚未使用。</translation>
    </message>
    <message>
        <source>Leaving without using it takes it away.</source>
        <translation>不使用就离开，所画内容将丢失。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Keep drawing</source>
        <translation>继续绘制</translation>
    </message>
    <message>
        <source>There is no picture yet</source>
        <translation>尚无图像</translation>
    </message>
    <message>
        <source>Reading the picture…</source>
        <translation>正在读取图像…</translation>
    </message>
    <message>
        <source>Looks at {0} % of the picture</source>
        <translation>检测图像的 {0}%</translation>
    </message>
    <message>
        <source>Looks at the whole picture</source>
        <translation>检测整幅图像</translation>
    </message>
</context>
<context>
    <name>Areas</name>
    <message>
        <source>Areas of regions</source>
        <translation>区域面积</translation>
    </message>
</context>
<context>
    <name>Badge</name>
    <message>
        <source>Review</source>
        <translation>复核</translation>
    </message>
</context>
<context>
    <name>CompareDialog</name>
    <message>
        <source>Compare algorithms</source>
        <translation>比较算法</translation>
    </message>
    <message>
        <source>The weights of {0} are missing: choose it on the page to see how to get them</source>
        <translation>缺少 {0} 的权重：在页面上选择它即可查看获取方法</translation>
    </message>
    <message>
        <source>It needs {0} of memory, more than is free now</source>
        <translation>需要 {0} 内存，超过当前可用内存</translation>
    </message>
    <message>
        <source>Train them</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ConfusionMatrix</name>
    <message>
        <source>Good parts and defects, passed and rejected</source>
        <translation>良品与缺陷的判定结果（混淆矩阵）</translation>
    </message>
    <message>
        <source>{0} good parts passed</source>
        <translation>{0} 张良品判为 OK</translation>
    </message>
    <message>
        <source>{0} good parts rejected (false rejects)</source>
        <translation>{0} 张良品判为 NG（误判）</translation>
    </message>
    <message>
        <source>{0} defects passed (escapes)</source>
        <translation>{0} 张缺陷判为 OK（漏检）</translation>
    </message>
    <message>
        <source>{0} defects rejected</source>
        <translation>{0} 张缺陷判为 NG</translation>
    </message>
    <message>
        <source>{0} good parts to review</source>
        <translation>{0} 个良品待复核</translation>
    </message>
    <message>
        <source>{0} defects to review</source>
        <translation>{0} 个缺陷待复核</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>判为 OK</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>判为 NG</translation>
    </message>
    <message>
        <source>to review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>defect</source>
        <translation>缺陷</translation>
    </message>
</context>
<context>
    <name>ControlChart</name>
    <message>
        <source>Scores over time</source>
        <translation>得分随时间的变化</translation>
    </message>
    <message>
        <source>limit</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>mean + 3 σ</source>
        <translation>均值 + 3 σ</translation>
    </message>
    <message>
        <source>mean, good parts</source>
        <translation>良品均值</translation>
    </message>
    <message>
        <source>mean − 3 σ</source>
        <translation>均值 − 3 σ</translation>
    </message>
    <message>
        <source>No picture has come yet</source>
        <translation>尚无新图像</translation>
    </message>
    <message>
        <source>moving average of the parts that pass</source>
        <translation>通过零件得分的移动平均</translation>
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Pictures added: {0}; in the project already: {1}</source>
        <translation>已添加图像：{0} 张；已在项目中：{1} 张</translation>
    </message>
    <message>
        <source>This picture is in the project already</source>
        <translation>该图像已在项目中</translation>
    </message>
    <message>
        <source>All {0} pictures are in the project already</source>
        <translation>这 {0} 张图像均已在项目中</translation>
    </message>
    <message>
        <source>Drop a folder of good parts here</source>
        <translation>将良品图像文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Data sets laid out like MVTec AD, LOCO or VisA, or as good and defect subfolders, are recognised</source>
        <translation>可自动识别 MVTec AD、LOCO、VisA 格式的数据集，以及按良品、缺陷分子文件夹存放的数据集</translation>
    </message>
    <message>
        <source>Draw what counts and what is to be ignored, once for all pictures</source>
        <translation>为所有图像一次性绘制需要检测和忽略的部分</translation>
    </message>
    <message>
        <source>Folder of good parts, or a data set</source>
        <translation>良品图像文件夹或数据集</translation>
    </message>
    <message>
        <source>Pictures to inspect</source>
        <translation>待检图像</translation>
    </message>
    <message>
        <source>{0} % of every picture</source>
        <translation>每幅图像的 {0}%</translation>
    </message>
    <message>
        <source>The whole picture</source>
        <translation>整幅图像</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Add pictures to inspect…</source>
        <translation>添加待检图像…</translation>
    </message>
    <message>
        <source>Words of the folder, the name, the type of defect, or the use, such as Train; * stands for any letters, ? for one</source>
        <translation>文件夹、名称、缺陷类型或用途（如“训练”）中的词；* 代表任意字符，? 代表一个字符</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Shown as</source>
        <translation>显示方式</translation>
    </message>
    <message>
        <source>Show as a gallery</source>
        <translation>以缩略图显示</translation>
    </message>
    <message>
        <source>Show as a list with all facts</source>
        <translation>以详细列表显示</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>按名称筛选</translation>
    </message>
    <message>
        <source>This picture is in the project already, and cannot be read</source>
        <translation>该图像已在项目中，且无法读取</translation>
    </message>
    <message>
        <source>All {0} pictures are in the project already; unreadable: {1}</source>
        <translation>全部 {0} 张图像已在项目中；无法读取：{1}</translation>
    </message>
    <message>
        <source>The model in use was trained with another area: train again to use this one</source>
        <translation>当前使用的模型是用另一区域训练的：请重新训练以使用此区域</translation>
    </message>
    <message>
        <source>Pictures of the project</source>
        <translation>项目中的图像</translation>
    </message>
    <message>
        <source>What is here</source>
        <translation>数据概况</translation>
    </message>
    <message>
        <source>to train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>to tune</source>
        <translation>阈值调整</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Area to look at</source>
        <translation>检测区域</translation>
    </message>
    <message>
        <source>Draw…</source>
        <translation>绘制…</translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation>注意事项</translation>
    </message>
    <message>
        <source>Look for odd pictures…</source>
        <translation>查找异常图像…</translation>
    </message>
    <message>
        <source>Copies, leaks between roles, blur, exposure, sizes, and good pictures that look least good</source>
        <translation>副本、用途间泄漏、模糊、曝光、尺寸，以及最不像良品的图像</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>目录结构</translation>
    </message>
    <message numerus="yes">
        <source>{0} other sizes</source>
        <translation>
            <numerusform>其他 {0} 种尺寸</numerusform>
        </translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Bit depth</source>
        <translation>位深</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>With a mask</source>
        <translation>带掩膜</translation>
    </message>
    <message>
        <source>{0} unreadable: left out, the rest goes on</source>
        <translation>{0} 张图像无法读取，已跳过，其余图像不受影响</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>另有 {0} 张</translation>
    </message>
    <message numerus="yes">
        <source>{0} files were not taken, such as {1}</source>
        <translation>
            <numerusform>{0} 个文件未添加，例如 {1}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only {0} good parts to learn from: 20 or more give steadier limits</source>
        <translation>
            <numerusform>可供学习的良品仅 {0} 张：20 张以上时阈值更稳定</numerusform>
        </translation>
    </message>
    <message>
        <source>Pictures of different sizes: all are brought to one frame size</source>
        <translation>图像尺寸不一致：训练和检测时统一缩放到同一输入尺寸</translation>
    </message>
    <message numerus="yes">
        <source>{0} pictures are both learned from and judged: figures look too good</source>
        <translation>
            <numerusform>{0} 张图像既用于学习又用于评判：指标偏好</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} exact copies of other pictures</source>
        <translation>
            <numerusform>{0} 张图像与其他图像完全相同</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>Good	G</source>
        <translation>良品	G</translation>
    </message>
    <message>
        <source>Defect	D</source>
        <translation>缺陷	D</translation>
    </message>
    <message>
        <source>Undecided	U</source>
        <translation>待定	U</translation>
    </message>
    <message>
        <source>Use to train	T</source>
        <translation>用于训练	T</translation>
    </message>
    <message>
        <source>Use to tune	N</source>
        <translation>用于阈值调整	N</translation>
    </message>
    <message>
        <source>Hold out	H</source>
        <translation>留出	H</translation>
    </message>
    <message>
        <source>Show in Inspect	Enter</source>
        <translation>在检测页查看	Enter</translation>
    </message>
    <message>
        <source>Remove from the project	Del</source>
        <translation>从项目中移除	Del</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{0} h</source>
        <translation>{0} 小时</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
</context>
<context>
    <name>Evaluator</name>
    <message>
        <source>Pixel figures</source>
        <translation>像素级指标</translation>
    </message>
</context>
<context>
    <name>ExportLabelsDialog</name>
    <message>
        <source>Export labels</source>
        <translation>导出标注</translation>
    </message>
    <message>
        <source>PNG masks</source>
        <translation>PNG 掩膜</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV 表</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>One picture for each mask, in MVTec AD&apos;s names: ground_truth/type/name_mask.png.</source>
        <translation>每个掩膜一张图像，按 MVTec AD 命名：ground_truth/类型/名称_mask.png。</translation>
    </message>
    <message>
        <source>One JSON file for each labelled picture: polygons, and masks where an area has holes.</source>
        <translation>每张已标注图像一个 JSON 文件：多边形；区域有孔时为掩膜。</translation>
    </message>
    <message>
        <source>annotations.json: polygons, and run lengths where an area has holes.</source>
        <translation>annotations.json：多边形；区域有孔时为游程长度。</translation>
    </message>
    <message>
        <source>labels.csv: path, label and type of each labelled picture, without masks.</source>
        <translation>labels.csv：每张已标注图像的路径、标注和类型，不含掩膜。</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>No file that is already there is replaced.</source>
        <translation>不会替换任何已有文件。</translation>
    </message>
    <message>
        <source>Folder for the labels</source>
        <translation>标注所在文件夹</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures written to {folder}</source>
        <translation>
            <numerusform>已将 {count} 张图像写入 {folder}</numerusform>
        </translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>none yet: train one first</source>
        <translation>暂无，请先训练模型</translation>
    </message>
    <message>
        <source>NG from</source>
        <translation>NG 阈值</translation>
    </message>
    <message>
        <source>{0} (provisional)</source>
        <translation>{0}（暂定）</translation>
    </message>
    <message>
        <source>Review from</source>
        <translation>复核起点</translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation>像素阈值</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>by regions, too: in metadata.json; the graph&apos;s is by the score</source>
        <translation>还依据区域：见 metadata.json；计算图仅依据得分</translation>
    </message>
    <message>
        <source>This folder holds an export of another model, {0}.</source>
        <translation>该文件夹中已有另一个模型“{0}”的导出结果。</translation>
    </message>
    <message>
        <source>{0}
Exporting here removes it.</source>
        <translation>{0}
继续导出将删除其中的内容。</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Choose another…</source>
        <translation>另选文件夹…</translation>
    </message>
    <message>
        <source>Save model file</source>
        <translation>保存模型文件</translation>
    </message>
    <message>
        <source>Flawsight model (*.flawmodel)</source>
        <translation>Flawsight 模型 (*.flawmodel)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The model with the limits in force, ready for the line</source>
        <translation>导出当前模型及其阈值，可直接部署到产线</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>What is exported</source>
        <translation>导出内容</translation>
    </message>
    <message>
        <source>Save model file…</source>
        <translation>保存模型文件…</translation>
    </message>
    <message>
        <source>One .flawmodel file with the limits in force, for flawsight-cli and other projects</source>
        <translation>包含当前阈值的单个 .flawmodel 文件，供 flawsight-cli 或其他项目使用</translation>
    </message>
    <message>
        <source>After writing, the exported file itself is run on pictures of this project</source>
        <translation>写出后，将直接用导出的文件检测本项目中的图像</translation>
    </message>
    <message>
        <source>Its scores have to agree with the program&apos;s own, or the export counts as failed</source>
        <translation>其得分必须与本程序一致，否则视为导出失败</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Size of the trained part</source>
        <translation>训练所得部分的大小</translation>
    </message>
    <message>
        <source>Replaces</source>
        <translation>将替换</translation>
    </message>
    <message>
        <source>the export of {0}</source>
        <translation>{0} 的导出</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Reports (*.pdf *.html)</source>
        <translation>报告 (*.pdf *.html)</translation>
    </message>
    <message>
        <source>ONNX</source>
        <translation>ONNX</translation>
    </message>
    <message>
        <source>model.onnx with resize and normalisation inside, metadata, a certificate and runnable consumers</source>
        <translation>model.onnx（内含缩放和归一化）、元数据、比对证书和可直接运行的示例程序</translation>
    </message>
    <message>
        <source>OpenVINO</source>
        <translation>OpenVINO</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>model.xml and model.bin, for Intel&apos;s processors and for Anomalib 2; needs the package openvino</source>
        <translation>model.xml 和 model.bin，用于 Intel 处理器和 Anomalib 2；需要 openvino 软件包</translation>
    </message>
    <message>
        <source>model.pt2, a program of torch.export, for Python with PyTorch</source>
        <translation>model.pt2，torch.export 程序，用于装有 PyTorch 的 Python</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>HTML or PDF: limits and why, curves, confusion, every escape and false reject in pictures, in the language of the window</source>
        <translation>HTML 或 PDF：阈值及依据、曲线、混淆矩阵、每个漏检和误判的图像，采用窗口的语言</translation>
    </message>
    <message>
        <source>Exported file against the program</source>
        <translation>导出文件与本程序的比对</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>比对结果</translation>
    </message>
    <message>
        <source>Written files</source>
        <translation>已写出的文件</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Folder for the export</source>
        <translation>选择导出文件夹</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Export failed</source>
        <translation>导出失败</translation>
    </message>
    <message>
        <source>Exported and checked</source>
        <translation>已导出并通过校验</translation>
    </message>
    <message>
        <source>This export is of {0} with NG from {1}. The limits have changed since: export again.</source>
        <translation>此次导出的是模型“{0}”，NG 阈值为 {1}。此后阈值已更改，请重新导出。</translation>
    </message>
    <message>
        <source>This export is of {0} with NG from {1}. Another model is in use now: export again.</source>
        <translation>此次导出的是模型“{0}”，NG 阈值为 {1}。当前使用的已是另一个模型，请重新导出。</translation>
    </message>
    <message>
        <source>An earlier export</source>
        <translation>先前的导出结果</translation>
    </message>
    <message>
        <source>{0} with NG from {1} and pixel limit {2}</source>
        <translation>{0}，NG 阈值 {1}，像素阈值 {2}</translation>
    </message>
    <message>
        <source>{0}, all at the limit by rounding</source>
        <translation>{0}（均因舍入误差恰在阈值处）</translation>
    </message>
    <message>
        <source>Pictures compared</source>
        <translation>参与比对的图像</translation>
    </message>
    <message>
        <source>Largest difference of a score</source>
        <translation>得分最大偏差</translation>
    </message>
    <message>
        <source>Largest difference of a pixel</source>
        <translation>像素值最大偏差</translation>
    </message>
    <message>
        <source>Largest difference on the scale of 0 to 1</source>
        <translation>归一化（0～1）最大偏差</translation>
    </message>
    <message>
        <source>{0} (allowed {1})</source>
        <translation>{0}（允许 {1}）</translation>
    </message>
    <message>
        <source>Verdicts that differ</source>
        <translation>判定不一致</translation>
    </message>
    <message>
        <source>largest difference {0}, {1} verdicts differ</source>
        <translation>最大偏差 {0}，{1} 个判定不一致</translation>
    </message>
    <message>
        <source>SHA-256 of model.onnx</source>
        <translation>model.onnx 的 SHA-256</translation>
    </message>
</context>
<context>
    <name>Failure</name>
    <message>
        <source>Something unexpected went wrong in Flawsight.</source>
        <translation>Flawsight 发生了意外错误。</translation>
    </message>
    <message>
        <source>Your work is saved. Please report the details.</source>
        <translation>您的工作已保存。请将详细信息反馈给我们。</translation>
    </message>
</context>
<context>
    <name>FilterBox</name>
    <message>
        <source>Show all pictures (Esc)</source>
        <translation>显示全部图像（Esc）</translation>
    </message>
    <message>
        <source>Which pictures</source>
        <translation>哪些图像</translation>
    </message>
    <message>
        <source>LABEL</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>VERDICT</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>USED TO</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>DEFECT TYPE</source>
        <translation>缺陷类型</translation>
    </message>
    <message>
        <source>No type</source>
        <translation>无类型</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复核</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Not inspected</source>
        <translation>未检测</translation>
    </message>
    <message>
        <source>Wrong: verdict against label</source>
        <translation>判错：判定与标注不符</translation>
    </message>
    <message>
        <source>Labelled defect</source>
        <translation>标注为缺陷</translation>
    </message>
    <message>
        <source>Labelled good</source>
        <translation>标注为良品</translation>
    </message>
    <message>
        <source>Without label</source>
        <translation>未标注</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
</context>
<context>
    <name>Finder</name>
    <message>
        <source>Looking for the project&apos;s files</source>
        <translation>正在查找项目文件</translation>
    </message>
</context>
<context>
    <name>FolderDialog</name>
    <message>
        <source>Inspect a folder to files</source>
        <translation>检测文件夹并输出文件</translation>
    </message>
    <message>
        <source>Watch a folder to files</source>
        <translation>监视文件夹并输出文件</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Results in</source>
        <translation>结果保存到</translation>
    </message>
    <message>
        <source>Heat maps and masks</source>
        <translation>热力图和掩膜</translation>
    </message>
    <message>
        <source>Copies of the pictures, sorted into OK, Review and NG</source>
        <translation>图像副本，按 OK、复核、NG 分类</translation>
    </message>
    <message>
        <source>What has come out</source>
        <translation>检测结果</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>监视</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Folder of pictures</source>
        <translation>图像文件夹</translation>
    </message>
    <message>
        <source>Folder for the results</source>
        <translation>结果文件夹</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复核</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Finished earlier</source>
        <translation>先前已完成</translation>
    </message>
    <message>
        <source>Still arriving</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最近一张</translation>
    </message>
    <message>
        <source>not there: it is waited for</source>
        <translation>不存在：正在等待</translation>
    </message>
    <message>
        <source>With the model and the limits in use. Writes the tables scores.csv and scores.xlsx, and what is chosen below; the pictures stay where they are, and the project stays as it is.</source>
        <translation>使用当前的模型和阈值。写入表格 scores.csv 和 scores.xlsx，以及下面所选的内容；图像保留在原处，项目保持不变。</translation>
    </message>
    <message>
        <source>Pictures are inspected as they come, until you stop it.</source>
        <translation>图像到达后即进行检测，直到您停止为止。</translation>
    </message>
    <message>
        <source>Stopped, it goes on from there when it is started again.</source>
        <translation>停止后再次开始时，会从停止处继续。</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>FrameSize</name>
    <message>
        <source>Frame size</source>
        <translation>输入尺寸</translation>
    </message>
    <message>
        <source>Width of the frame</source>
        <translation>输入宽度</translation>
    </message>
    <message>
        <source>W </source>
        <translation>宽 </translation>
    </message>
    <message>
        <source>Height of the frame</source>
        <translation>输入高度</translation>
    </message>
    <message>
        <source>H </source>
        <translation>高 </translation>
    </message>
    <message>
        <source>Multiples of {0}, from {1} to {2}</source>
        <translation>须为 {0} 的倍数，{1} 至 {2}</translation>
    </message>
    <message>
        <source>{0}, like the pictures</source>
        <translation>{0}（与图像比例相近）</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>其他…</translation>
    </message>
</context>
<context>
    <name>GalleryPanel</name>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Filter by name or folder</source>
        <translation>按名称或文件夹筛选</translation>
    </message>
    <message>
        <source>Words of the folder or the name; * stands for any letters, ? for one</source>
        <translation>文件夹或名称中的词；* 代表任意字符，? 代表一个字符</translation>
    </message>
    <message>
        <source>Sorted by</source>
        <translation>排序方式</translation>
    </message>
    <message>
        <source>By score</source>
        <translation>按得分</translation>
    </message>
    <message>
        <source>Nearest to the limit</source>
        <translation>最接近阈值</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>按名称</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>Most suspicious first; those that are hardest to tell first; by file name; or as they came</source>
        <translation>最可疑的在前；最难判断的在前；按文件名；或按加入顺序</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Inspect every picture that has no score yet</source>
        <translation>检测所有尚无得分的图像</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation>{shown} / {total}</translation>
    </message>
    <message>
        <source>{count} not inspected</source>
        <translation>{count} 张未检测</translation>
    </message>
</context>
<context>
    <name>HygieneDialog</name>
    <message>
        <source>Odd pictures</source>
        <translation>异常图像</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Changed files</source>
        <translation>已更改的文件</translation>
    </message>
    <message>
        <source>Learned from and judged</source>
        <translation>既用于学习又用于评判</translation>
    </message>
    <message>
        <source>Exact copies</source>
        <translation>完全相同的副本</translation>
    </message>
    <message>
        <source>Nearly the same</source>
        <translation>几乎相同</translation>
    </message>
    <message>
        <source>Less sharp</source>
        <translation>清晰度较低</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>较暗</translation>
    </message>
    <message>
        <source>Brighter</source>
        <translation>较亮</translation>
    </message>
    <message>
        <source>Another size</source>
        <translation>尺寸不同</translation>
    </message>
    <message>
        <source>Look least good</source>
        <translation>最不像良品</translation>
    </message>
    <message>
        <source>They are left out of training and inspection: replace or remove them.</source>
        <translation>它们不参与训练和检测：请替换或移除。</translation>
    </message>
    <message>
        <source>The file is not the one that came into the project: its label, its mask and its scores may be those of another picture. Take it out and add it again.</source>
        <translation>该文件已不是加入项目时的文件：其标注、掩膜和得分可能属于另一张图像。请将其移出并重新添加。</translation>
    </message>
    <message>
        <source>The same picture, or nearly, is learned from: figures with these look better than they are.</source>
        <translation>相同或几乎相同的图像已用于学习：包含这些图像的指标会偏好。</translation>
    </message>
    <message>
        <source>The same file twice counts twice, and tells nothing new.</source>
        <translation>同一文件出现两次会被计算两次，却不提供新信息。</translation>
    </message>
    <message>
        <source>They differ by noise alone: a part photographed twice, or a file saved again.</source>
        <translation>仅噪声不同：同一工件拍摄了两次，或文件被重新保存。</translation>
    </message>
    <message>
        <source>Good pictures with much less fine detail than the others: out of focus, or moved.</source>
        <translation>细节远少于其他图像的良品图像：失焦或抖动。</translation>
    </message>
    <message>
        <source>Good pictures much darker than the others, or mostly black.</source>
        <translation>比其他图片暗得多，或大部分全黑的良品图片。</translation>
    </message>
    <message>
        <source>Good pictures much brighter than the others, or mostly white.</source>
        <translation>比其他图片亮得多，或大部分全白的良品图片。</translation>
    </message>
    <message>
        <source>Good pictures of another size than nearly all the others.</source>
        <translation>尺寸与绝大多数不同的良品图像。</translation>
    </message>
    <message>
        <source>Good pictures with the highest scores from a training that left them out: a defect overlooked, or a kind of good part that is rare.</source>
        <translation>在未学习这些图像的训练中得分最高的良品图像：可能漏看了缺陷，或属于少见的良品。</translation>
    </message>
    <message>
        <source>Looking at the pictures…</source>
        <translation>正在查看图像…</translation>
    </message>
    <message>
        <source>Kinds of oddity</source>
        <translation>异常种类</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>See the picture large (Enter)</source>
        <translation>放大查看图像（Enter）</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>移出</translation>
    </message>
    <message>
        <source>Take the selected pictures out of the project (Del); the files stay, and Undo brings them back</source>
        <translation>将所选图像移出项目（Del）；文件保留，可撤销</translation>
    </message>
    <message>
        <source>Take out and train again</source>
        <translation>移出并重新训练</translation>
    </message>
    <message>
        <source>Take the selected pictures out and train as the model in use was trained (Ctrl+Enter)</source>
        <translation>移出所选图像，并按当前模型的设置重新训练（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The check was stopped: nothing is known.</source>
        <translation>检查已停止：没有结果。</translation>
    </message>
    <message>
        <source>Each list is a hint: have a look, and decide.</source>
        <translation>每个列表仅为提示：请查看后决定。</translation>
    </message>
    <message>
        <source>Nothing odd: no copies, and all good pictures are alike in sharpness, exposure and size.</source>
        <translation>未发现异常：没有副本，所有良品图像的清晰度、曝光和尺寸一致。</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>From the others</source>
        <translation>偏离程度</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Like</source>
        <translation>相似图像</translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Picture viewer</source>
        <translation>图像查看区</translation>
    </message>
    <message>
        <source>No picture selected</source>
        <translation>未选择图像</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>{name}, {width} × {height} pixels</source>
        <translation>{name}，{width} × {height} 像素</translation>
    </message>
    <message>
        <source>regions over the pixel limit: {count}</source>
        <translation>超过像素阈值的区域：{count} 个</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>原图</translation>
    </message>
    <message>
        <source>Heat</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>This part</source>
        <translation>此零件</translation>
    </message>
    <message>
        <source>x {x}, y {y}</source>
        <translation>x {x}，y {y}</translation>
    </message>
    <message>
        <source>{value} (limit {limit})</source>
        <translation>{value}（阈值 {limit}）</translation>
    </message>
</context>
<context>
    <name>ImportLabelsDialog</name>
    <message>
        <source>Import labels</source>
        <translation>导入标注</translation>
    </message>
    <message>
        <source>From labelme, COCO or a CSV table (path, label, type), or a folder of labelme files or of masks in MVTec AD&apos;s names: ground_truth/type/name_mask.png. The pictures must be in the project.</source>
        <translation>来自 labelme、COCO 或 CSV 表（path、label、type），或 labelme 文件夹，或按 MVTec AD 命名的掩膜文件夹：ground_truth/类型/名称_mask.png。图像须已在项目中。</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Labels ({patterns})</source>
        <translation>标注 ({patterns})</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} 张图像</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} defects</source>
        <translation>
            <numerusform>{count} 个缺陷</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} masks</source>
        <translation>
            <numerusform>{count} 个掩膜</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} good</source>
        <translation>{count} 个良品</translation>
    </message>
</context>
<context>
    <name>InspectionPanel</name>
    <message>
        <source>No project is open</source>
        <translation>没有打开的项目</translation>
    </message>
    <message>
        <source>Go to data</source>
        <translation>前往数据页</translation>
    </message>
    <message>
        <source>Drop pictures or folders here</source>
        <translation>将图像或文件夹拖放到此处</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>显示这些图像</translation>
    </message>
    <message>
        <source>Open pictures…</source>
        <translation>打开图像…</translation>
    </message>
    <message>
        <source>They are read in place and never changed</source>
        <translation>图像在原位置读取，不会被修改</translation>
    </message>
    <message>
        <source>Select a picture</source>
        <translation>请选择一张图像</translation>
    </message>
    <message>
        <source>{name} is not where it was</source>
        <translation>{name} 已不在原来的位置</translation>
    </message>
    <message>
        <source>It was in {folder}. Say where the pictures of that folder are now.</source>
        <translation>它原来位于 {folder}。请指出该文件夹中的图像现在的位置。</translation>
    </message>
    <message>
        <source>Locate folder…</source>
        <translation>定位文件夹…</translation>
    </message>
    <message>
        <source>This picture cannot be read</source>
        <translation>该图像无法读取</translation>
    </message>
    <message>
        <source>{name} cannot be read</source>
        <translation>{name} 无法读取</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures added</source>
        <translation>
            <numerusform>已添加 {count} 张图像</numerusform>
        </translation>
    </message>
    <message>
        <source>{added}, {count} of them cannot be read</source>
        <translation>{added}，其中 {count} 张无法读取</translation>
    </message>
    <message>
        <source>This project is open for reading only.</source>
        <translation>该项目以只读方式打开。</translation>
    </message>
    <message numerus="yes">
        <source>{count} masks went with their labels; Undo brings them back</source>
        <translation>
            <numerusform>{count} 个掩膜随标注一并去掉；撤销可恢复</numerusform>
        </translation>
    </message>
    <message>
        <source>Good: {name}</source>
        <translation>良品：{name}</translation>
    </message>
    <message>
        <source>Open pictures</source>
        <translation>打开图像</translation>
    </message>
    <message>
        <source>Pictures ({patterns})</source>
        <translation>图像 ({patterns})</translation>
    </message>
    <message>
        <source>Folder into which new pictures come</source>
        <translation>新图像所在的文件夹</translation>
    </message>
</context>
<context>
    <name>LightingDialog</name>
    <message>
        <source>Compare lighting</source>
        <translation>光照对比</translation>
    </message>
    <message>
        <source>Scores good pictures that the model has not learned from under a little less or more light, blur, shift and so on, and tells from which change on too many of them are rejected.</source>
        <translation>对模型未学习过的良品图像略微改变光照、模糊、平移等后重新评分，并指出从多大的变化起误判过多。</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>False rejects that are allowed</source>
        <translation>允许的误判率</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>各级变化量</translation>
    </message>
    <message>
        <source>Step {number}</source>
        <translation>第 {number} 级</translation>
    </message>
    <message>
        <source>Too many from</source>
        <translation>误判过多始于</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>保存表格…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>As they are, {count} of {total} good pictures are rejected</source>
        <translation>未改变时，{total} 张良品图像中有 {count} 张被误判</translation>
    </message>
    <message>
        <source>more than allowed already</source>
        <translation>已超过允许的比例</translation>
    </message>
    <message>
        <source>unreadable {count}</source>
        <translation>无法读取 {count}</translation>
    </message>
    <message>
        <source>no change at all</source>
        <translation>未作任何变化时</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>未达到</translation>
    </message>
    <message>
        <source>Save table</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
</context>
<context>
    <name>LimitPlot</name>
    <message>
        <source>limit {0}</source>
        <translation>阈值 {0}</translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message>
        <source>The reason could not be found.</source>
        <translation>未能找到原因。</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Inspecting</source>
        <translation>正在检测</translation>
    </message>
</context>
<context>
    <name>LossCurve</name>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss while training</source>
        <translation>训练损失曲线</translation>
    </message>
    <message>
        <source>No numbers yet</source>
        <translation>暂无数据</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Locate folder…</source>
        <translation>定位文件夹…</translation>
    </message>
    <message>
        <source>Open a project or a model</source>
        <translation>打开项目或模型</translation>
    </message>
    <message>
        <source>Projects and models (*{0} *{1})</source>
        <translation>项目和模型 (*{0} *{1})</translation>
    </message>
    <message>
        <source>A model inspects pictures in a project, which keeps its limits and results. This makes a new one with a copy of “{0}”; the model file stays as it is.</source>
        <translation>模型在项目中检测图像，项目保存其阈值和检测结果。将新建一个项目并放入“{0}”的副本；模型文件保持不变。</translation>
    </message>
    <message>
        <source>Pack project</source>
        <translation>打包项目</translation>
    </message>
    <message>
        <source>Packed projects (*.zip)</source>
        <translation>打包的项目 (*.zip)</translation>
    </message>
    <message>
        <source>Pack the pictures and masks, too?</source>
        <translation>是否同时打包图像和掩膜？</translation>
    </message>
    <message>
        <source>Without them the file is smaller; the project then looks for the pictures where they are now.</source>
        <translation>不包含时文件较小；项目将在图像现在的位置查找它们。</translation>
    </message>
    <message>
        <source>With pictures</source>
        <translation>包含图像</translation>
    </message>
    <message>
        <source>Without pictures</source>
        <translation>不含图像</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Unpack a project</source>
        <translation>解包项目</translation>
    </message>
    <message>
        <source>Make the folder of the project in</source>
        <translation>项目文件夹的位置</translation>
    </message>
    <message>
        <source>Where is the folder of the missing pictures now?</source>
        <translation>缺失图像所在的文件夹现在位于何处？</translation>
    </message>
    <message>
        <source>There are no pictures in the clipboard</source>
        <translation>剪贴板中没有图像</translation>
    </message>
    <message>
        <source>“{0}” is no picture, folder, project or model: nothing was added</source>
        <translation>“{0}”不是图像、文件夹、项目或模型：未添加任何内容</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Type of the defect</source>
        <translation>缺陷类型</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图像</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下方向键</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>上一张图像</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上方向键</translation>
    </message>
    <message>
        <source>Use to train</source>
        <translation>用于训练</translation>
    </message>
    <message>
        <source>Use to tune</source>
        <translation>用于阈值调整</translation>
    </message>
    <message>
        <source>Hold out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Show all again</source>
        <translation>重新全部显示</translation>
    </message>
    <message>
        <source>Why is it strange</source>
        <translation>为何异常</translation>
    </message>
    <message>
        <source>Photo while held</source>
        <translation>按住时只显示照片</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Line between photo and heat</source>
        <translation>照片与热力图的分界线</translation>
    </message>
    <message>
        <source>The same with a good photo</source>
        <translation>同上，与良品照片对比</translation>
    </message>
    <message>
        <source>Move that line</source>
        <translation>移动分界线</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>浏览</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Wand</source>
        <translation>魔棒</translation>
    </message>
    <message>
        <source>Smaller, larger</source>
        <translation>缩小、放大</translation>
    </message>
    <message>
        <source>Pan while painting</source>
        <translation>绘制时平移</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>The models are trained: choose one on the Train page</source>
        <translation>模型已训练完成：请在“训练”页选择一个</translation>
    </message>
    <message>
        <source>{0} is trained and in use</source>
        <translation>{0} 已训练完成并启用</translation>
    </message>
    <message>
        <source>Report written to {0}</source>
        <translation>报告已写入 {0}</translation>
    </message>
    <message>
        <source>{0} is in use</source>
        <translation>已启用 {0}</translation>
    </message>
    <message>
        <source>Packed into {0}; not there: {1}</source>
        <translation>已打包到 {0}；不存在的图像：{1}</translation>
    </message>
    <message>
        <source>Packed into {0}</source>
        <translation>已打包到 {0}</translation>
    </message>
    <message numerus="yes">
        <source>{0} of {1} pictures are not where they were: {2}</source>
        <translation>
            <numerusform>{1} 张图像中有 {0} 张已不在原位置：{2}</numerusform>
        </translation>
    </message>
    <message>
        <source>Model {0} is ready</source>
        <translation>模型 {0} 已就绪</translation>
    </message>
    <message>
        <source>This project is open elsewhere: read-only here</source>
        <translation>该项目已在别处打开，此处为只读</translation>
    </message>
    <message>
        <source>New pictures can be inspected; they and their results are kept until the project is closed.</source>
        <translation>仍可检测新图像；这些图像及其结果保留到项目关闭为止。</translation>
    </message>
    <message>
        <source>Only pictures, folders, projects and models can be used</source>
        <translation>只能使用图像、文件夹、项目和模型</translation>
    </message>
    <message>
        <source>Drop to open the project</source>
        <translation>松开鼠标以打开项目</translation>
    </message>
    <message>
        <source>Drop to use the model</source>
        <translation>松开鼠标以使用该模型</translation>
    </message>
    <message>
        <source>Drop to make a project of these pictures</source>
        <translation>松开鼠标以用这些图像新建项目</translation>
    </message>
    <message>
        <source>Drop to add to the project</source>
        <translation>松开鼠标以添加到项目</translation>
    </message>
    <message>
        <source>Drop to inspect</source>
        <translation>松开鼠标以检测</translation>
    </message>
    <message>
        <source>Still stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>{0} is still running.</source>
        <translation>“{0}”仍在进行中。</translation>
    </message>
    <message>
        <source>Closing stops it, and what it has done so far is lost.</source>
        <translation>关闭程序将中止该任务，已完成的部分会丢失。</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>中止并关闭</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>继续运行</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
</context>
<context>
    <name>NewProjectDialog</name>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>For example: Flange M8</source>
        <translation>例如：法兰 M8</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>创建项目</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>A file name cannot hold the sign {0}</source>
        <translation>文件名不能包含字符 {0}</translation>
    </message>
    <message>
        <source>A file name cannot end with a full stop.</source>
        <translation>文件名不能以句点结尾。</translation>
    </message>
    <message>
        <source>A project of that name is already there.</source>
        <translation>同名项目已存在。</translation>
    </message>
    <message>
        <source>Makes {0}. Pictures stay where they are.</source>
        <translation>将创建 {0}。图像保留在原位置。</translation>
    </message>
    <message>
        <source>Folder for the project</source>
        <translation>选择项目文件夹</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Not now</source>
        <translation>暂不</translation>
    </message>
</context>
<context>
    <name>OutcomeCard</name>
    <message>
        <source>Outcome</source>
        <translation>判定结果</translation>
    </message>
    <message>
        <source>What is shown of the outcome</source>
        <translation>显示哪些判定结果</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Proof</source>
        <translation>置信</translation>
    </message>
    <message>
        <source>How many defects of each type are found</source>
        <translation>各类型缺陷的检出数量</translation>
    </message>
    <message>
        <source>How many more parts it takes to be sure of a rate</source>
        <translation>还需多少零件才能确信某个比率</translation>
    </message>
    <message>
        <source>found</source>
        <translation>检出</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95% 置信区间</translation>
    </message>
    <message>
        <source>Escapes under</source>
        <translation>漏检率低于</translation>
    </message>
    <message>
        <source>False rejects under</source>
        <translation>误判率低于</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation>误判（过杀）</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>no type given</source>
        <translation>未注明类型</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}/{1}</translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation>检出 {0}</translation>
    </message>
    <message>
        <source>No labelled defects yet</source>
        <translation>尚无已标注缺陷</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message numerus="yes">
        <source>{0} more defects needed, with none of them passed as OK</source>
        <translation>
            <numerusform>还需 {0} 张缺陷，且无一被判为 OK</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} more good parts needed, with none of them rejected</source>
        <translation>
            <numerusform>还需 {0} 张良品，且无一被判为 NG</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} of {1}: at most {2} (95 % sure)</source>
        <translation>{0}/{1}：至多 {2}（95% 置信度）</translation>
    </message>
    <message>
        <source>Shown already</source>
        <translation>已得到证明</translation>
    </message>
</context>
<context>
    <name>OutlineEditor</name>
    <message>
        <source>Picture to draw the area on</source>
        <translation>用于绘制区域的图像</translation>
    </message>
</context>
<context>
    <name>Pacing</name>
    <message>
        <source>Measuring the speed</source>
        <translation>正在测算速度</translation>
    </message>
</context>
<context>
    <name>PrecisionRecallPlot</name>
    <message>
        <source>recall (share of the defects that is found)</source>
        <translation>召回率（检出缺陷的比例）</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation>精确率与召回率</translation>
    </message>
    <message>
        <source>Label some good parts and some defects to see this curve</source>
        <translation>标注若干良品和缺陷后即可显示此曲线</translation>
    </message>
    <message>
        <source>share of the good ones that is rejected</source>
        <translation>误判的良品比例</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>ROC curve</source>
        <translation>ROC 曲线</translation>
    </message>
    <message>
        <source>precision {0} · recall {1}</source>
        <translation>精确率 {0} · 召回率 {1}</translation>
    </message>
    <message>
        <source>recall {0} · rejected {1}</source>
        <translation>召回率 {0} · 误判率 {1}</translation>
    </message>
    <message>
        <source>limit {0} · recall {1} · rejected {2}</source>
        <translation>阈值 {0} · 召回率 {1} · 误判率 {2}</translation>
    </message>
    <message>
        <source>limit {0} · precision {1} · recall {2}</source>
        <translation>阈值 {0} · 精确率 {1} · 召回率 {2}</translation>
    </message>
</context>
<context>
    <name>ProblemDialog</name>
    <message>
        <source>That did not work</source>
        <translation>操作未成功</translation>
    </message>
    <message>
        <source>Details of the failure</source>
        <translation>错误的详细信息</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation>复制错误信息及详细信息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>QAbstractFileIconProvider</name>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>查找范围(&amp;L)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>needs attention</source>
        <translation>需要处理</translation>
    </message>
</context>
<context>
    <name>RatePlot</name>
    <message>
        <source>False rejects by step</source>
        <translation>各级误判率</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>未改变</translation>
    </message>
    <message>
        <source>step {number}</source>
        <translation>第 {number} 级</translation>
    </message>
</context>
<context>
    <name>Readout</name>
    <message>
        <source>{0} %</source>
        <translation>{0}%</translation>
    </message>
</context>
<context>
    <name>RecentRow</name>
    <message>
        <source>{0} is not there now</source>
        <translation>{0} 当前不存在</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
</context>
<context>
    <name>RecipeForm</name>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>RegionRule</name>
    <message>
        <source>Least area of a region</source>
        <translation>区域最小面积</translation>
    </message>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>Smaller regions do not count; in pixels of the picture</source>
        <translation>更小的区域不计；单位为图像像素</translation>
    </message>
    <message>
        <source>What makes a picture NG</source>
        <translation>依据什么判为 NG</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>NG where the image score reaches the limit</source>
        <translation>图像得分达到阈值即判为 NG</translation>
    </message>
    <message>
        <source>NG where a region over the pixel limit is large enough</source>
        <translation>超过像素阈值的区域足够大即判为 NG</translation>
    </message>
    <message>
        <source>NG only where score and region say so</source>
        <translation>得分与区域均达到时才判为 NG</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>NG by</source>
        <translation>NG 依据</translation>
    </message>
    <message>
        <source>Counting regions…</source>
        <translation>正在统计区域…</translation>
    </message>
    <message>
        <source>This area loses {0} of {1} defects; {2} have no region at all</source>
        <translation>该面积会漏掉 {1} 张缺陷中的 {0} 张；另有 {2} 张没有任何区域</translation>
    </message>
    <message numerus="yes">
        <source>Score and regions disagree on {0} pictures</source>
        <translation>
            <numerusform>得分与区域在 {0} 张图像上不一致</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RegionTable</name>
    <message>
        <source>Regions over the pixel limit</source>
        <translation>超过像素阈值的区域</translation>
    </message>
    <message>
        <source>area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>峰值</translation>
    </message>
    <message>
        <source>{area} px</source>
        <translation>{area} px</translation>
    </message>
    <message>
        <source>Show this region</source>
        <translation>显示此区域</translation>
    </message>
</context>
<context>
    <name>ResultsTable</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>算法</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Good parts</source>
        <translation>良品数</translation>
    </message>
    <message>
        <source>Image AUROC</source>
        <translation>图像 AUROC</translation>
    </message>
    <message>
        <source>Pixel AUROC</source>
        <translation>像素 AUROC</translation>
    </message>
    <message>
        <source>Trained in</source>
        <translation>训练耗时</translation>
    </message>
    <message>
        <source>An image</source>
        <translation>每张图像</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Click a model&apos;s name or press Enter to use it; Delete removes it, and can be undone</source>
        <translation>单击模型名称或按 Enter 键使用该模型；按 Delete 键删除，可以撤销</translation>
    </message>
    <message>
        <source>On labelled test pictures, none of which the model was trained on</source>
        <translation>基于已标注的测试图像，其中没有用于训练该模型的图像</translation>
    </message>
    <message>
        <source>Click to use this model</source>
        <translation>单击以使用该模型</translation>
    </message>
    <message>
        <source>The model has not looked at labelled test pictures yet: use it to see its figures</source>
        <translation>该模型尚未检测已标注的测试图像：使用它即可查看其指标</translation>
    </message>
    <message>
        <source>Defects with masks among the test pictures are needed to see it</source>
        <translation>测试图像中需要有带掩膜的缺陷才能显示</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation>最佳 F1</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Accurate</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Of pictures, at the limit that makes it largest. {0}</source>
        <translation>图像级 F1，取使其最大的阈值。{0}</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Label good parts and defects among the test pictures to see it</source>
        <translation>在测试图像中标注良品和缺陷后即可显示</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>启用此模型</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>RivalCurves</name>
    <message>
        <source>recall (share of the defects that is found)</source>
        <translation>召回率（检出缺陷的比例）</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>Precision and recall of several models</source>
        <translation>多个模型的精确率与召回率</translation>
    </message>
    <message>
        <source>Label some good parts and some defects to see this curve</source>
        <translation>标注若干良品和缺陷后即可显示此曲线</translation>
    </message>
</context>
<context>
    <name>RivalsDialog</name>
    <message>
        <source>Models side by side</source>
        <translation>模型并排比较</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>AUROC</source>
        <translation>AUROC</translation>
    </message>
    <message>
        <source>AP</source>
        <translation>AP</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation>误判（过杀）</translation>
    </message>
    <message>
        <source>Average precision</source>
        <translation>平均精度</translation>
    </message>
    <message>
        <source>Pictures on which the models disagree</source>
        <translation>模型判定不一致的图像</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>On {0} labelled tuning pictures ({1} good, {2} defects) that all of them have inspected and none has learned from, each at its own limit.</source>
        <translation>基于 {0} 张已标注的调整图像（良品 {1}，缺陷 {2}），所有模型均已检测且均未学习，各自使用其阈值。</translation>
    </message>
    <message>
        <source>Their verdicts differ by more than chance explains (p = {0}).</source>
        <translation>两者判定的差异超出偶然范围（p = {0}）。</translation>
    </message>
    <message>
        <source>The difference between their verdicts may be chance (p = {0}).</source>
        <translation>两者判定的差异可能是偶然的（p = {0}）。</translation>
    </message>
    <message>
        <source>Limits that are provisional: {0}. Set them by a rule to compare verdicts.</source>
        <translation>阈值仍为暂定的模型：{0}。请按规则设定阈值后再比较判定。</translation>
    </message>
    <message>
        <source>They disagree on {0} pictures</source>
        <translation>在 {0} 张图像上判定不一致</translation>
    </message>
    <message>
        <source>Tick two or more models to see where they disagree</source>
        <translation>勾选两个或更多模型以查看判定不一致之处</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>NG</source>
        <translation>NG</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
</context>
<context>
    <name>RulesDialog</name>
    <message>
        <source>Mistakes cost {0} for each 1,000 parts</source>
        <translation>每 1,000 件的错误成本为 {0}</translation>
    </message>
    <message>
        <source>Mistakes cost {0} for each million parts</source>
        <translation>每百万件的错误成本为 {0}</translation>
    </message>
    <message>
        <source>Set a limit by rule</source>
        <translation>按规则设定阈值</translation>
    </message>
    <message>
        <source>False rejects at most</source>
        <translation>误判率不超过</translation>
    </message>
    <message>
        <source>Precision at least</source>
        <translation>精确率不低于</translation>
    </message>
    <message>
        <source>Good parts that pass</source>
        <translation>通过的良品比例</translation>
    </message>
    <message>
        <source>Good area marked at most</source>
        <translation>良品区域被标出比例不超过</translation>
    </message>
    <message>
        <source>Cost of an escape</source>
        <translation>一次漏检的成本</translation>
    </message>
    <message>
        <source>Cost of a false reject</source>
        <translation>一次误判的成本</translation>
    </message>
    <message>
        <source>Defects in a million parts</source>
        <translation>每百万件中的缺陷数</translation>
    </message>
    <message>
        <source>Which limit</source>
        <translation>哪个阈值</translation>
    </message>
    <message>
        <source>NG limit</source>
        <translation>NG 阈值</translation>
    </message>
    <message>
        <source>Review limit</source>
        <translation>复核阈值</translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation>像素阈值</translation>
    </message>
    <message>
        <source>Set the limit</source>
        <translation>设定阈值</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation>最佳 F1</translation>
    </message>
    <message>
        <source>The best balance of found defects and false rejects</source>
        <translation>检出缺陷与误判之间的最佳平衡</translation>
    </message>
    <message>
        <source>No escapes</source>
        <translation>零漏检</translation>
    </message>
    <message>
        <source>The highest limit that every defect reaches</source>
        <translation>所有缺陷都能达到的最高阈值</translation>
    </message>
    <message>
        <source>Finds most defects with so many good parts rejected at most</source>
        <translation>在误判的良品不超过该比例时检出最多的缺陷</translation>
    </message>
    <message>
        <source>Finds most defects with so many of the rejected parts being defects at least</source>
        <translation>在判为 NG 的零件中缺陷不少于该比例时检出最多的缺陷</translation>
    </message>
    <message>
        <source>From good parts alone; no defect is needed</source>
        <translation>仅依据良品，不需要缺陷</translation>
    </message>
    <message>
        <source>Least cost</source>
        <translation>成本最低</translation>
    </message>
    <message>
        <source>The mistakes cost least with so many defects among the parts</source>
        <translation>在给定缺陷率下错误成本最低</translation>
    </message>
    <message>
        <source>Marks the drawn defects best</source>
        <translation>与所画缺陷最吻合</translation>
    </message>
    <message>
        <source>Finds most of the drawn area with so much of the marked area being drawn at least</source>
        <translation>在标出区域中所画缺陷不少于该比例时检出最多的缺陷区域</translation>
    </message>
    <message>
        <source>Finds most of the drawn area with so much of the good area marked at most</source>
        <translation>在良品区域被标出不超过该比例时检出最多的缺陷区域</translation>
    </message>
    <message>
        <source>Good parts only</source>
        <translation>仅良品</translation>
    </message>
    <message>
        <source>Marks 1 in 10,000 good pixels</source>
        <translation>标出万分之一的良品像素</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Limit {0}: {1}</source>
        <translation>阈值 {0}：{1}</translation>
    </message>
</context>
<context>
    <name>SampleListModel</name>
    <message>
        <source>The file is not where it was</source>
        <translation>文件已不在原来的位置</translation>
    </message>
    <message>
        <source>file is missing</source>
        <translation>文件缺失</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>not inspected</source>
        <translation>未检测</translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation>得分 {score}</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>{verdict}, being counted anew</source>
        <translation>{verdict}，正在重新统计</translation>
    </message>
    <message>
        <source>labelled {label}</source>
        <translation>标注为{label}</translation>
    </message>
</context>
<context>
    <name>SampleTable</name>
    <message>
        <source>{0}-bit</source>
        <translation>{0} 位</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>Used to</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Defect type</source>
        <translation>缺陷类型</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>尺寸</translation>
    </message>
    <message>
        <source>Bit depth</source>
        <translation>位深</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>阈值调整</translation>
    </message>
    <message>
        <source>Hold-out</source>
        <translation>留出</translation>
    </message>
</context>
<context>
    <name>ScoreHistogram</name>
    <message>
        <source>image score</source>
        <translation>图像得分</translation>
    </message>
    <message>
        <source>% of good, % of defect</source>
        <translation>占良品、缺陷的百分比</translation>
    </message>
    <message>
        <source>Scores of good parts and defects</source>
        <translation>良品与缺陷的得分分布</translation>
    </message>
    <message>
        <source>No scores yet</source>
        <translation>暂无得分</translation>
    </message>
    <message>
        <source>{0}, review from {1}</source>
        <translation>{0}，复核起点 {1}</translation>
    </message>
    <message>
        <source>Review from {0}</source>
        <translation>复核 ≥ {0}</translation>
    </message>
    <message>
        <source>NG from {0}</source>
        <translation>NG 阈值 {0}</translation>
    </message>
    <message>
        <source>{0} defect</source>
        <translation>{0} 张缺陷</translation>
    </message>
    <message>
        <source>{0} good</source>
        <translation>{0} 张良品</translation>
    </message>
    <message>
        <source>{0} to {1} · {2} good · {3} defect</source>
        <translation>{0}～{1} · 良品 {2} · 缺陷 {3}</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Read-only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>All changes saved</source>
        <translation>所有更改已保存</translation>
    </message>
    <message>
        <source>Drawing the demo parts</source>
        <translation>正在绘制演示工件</translation>
    </message>
    <message>
        <source>Looking at pictures</source>
        <translation>正在查看图像</translation>
    </message>
    <message>
        <source>Looking for the files</source>
        <translation>正在查找文件</translation>
    </message>
    <message>
        <source>Reading labels</source>
        <translation>正在读取标注</translation>
    </message>
    <message>
        <source>Writing labels</source>
        <translation>正在写出标注</translation>
    </message>
    <message>
        <source>Checking the pictures</source>
        <translation>正在检查图像</translation>
    </message>
    <message>
        <source>Packing the project</source>
        <translation>正在打包项目</translation>
    </message>
    <message>
        <source>Unpacking the project</source>
        <translation>正在解包项目</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>正在打开模型</translation>
    </message>
    <message>
        <source>Watching {0}</source>
        <translation>正在监视 {0}</translation>
    </message>
    <message>
        <source>Inspecting {0}</source>
        <translation>正在检测 {0}</translation>
    </message>
    <message>
        <source>Comparing lighting</source>
        <translation>正在对比光照</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>正在写入报告</translation>
    </message>
    <message>
        <source>Saving the model</source>
        <translation>正在保存模型</translation>
    </message>
    <message>
        <source>Looking for devices</source>
        <translation>正在查找计算设备</translation>
    </message>
    <message>
        <source>Downloading weights</source>
        <translation>正在下载权重</translation>
    </message>
    <message>
        <source>Checking the weights</source>
        <translation>正在校验权重</translation>
    </message>
    <message>
        <source>Opening {0}</source>
        <translation>正在打开 {0}</translation>
    </message>
    <message>
        <source>Reading pictures</source>
        <translation>正在读取图像</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Standings</name>
    <message>
        <source>Pixel figures</source>
        <translation>像素级指标</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Learn what good parts look like, see where a new part differs</source>
        <translation>学习良品外观，定位新工件的异常</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>打开项目…</translation>
    </message>
    <message>
        <source>Open the demo</source>
        <translation>打开演示项目</translation>
    </message>
    <message>
        <source>Parts and defects drawn by the program itself: the whole tour without a camera or a network</source>
        <translation>由程序自行绘制的工件和缺陷：无需相机和网络即可体验完整流程</translation>
    </message>
    <message>
        <source>Drawing the demo</source>
        <translation>正在绘制演示图像</translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>or drop a folder of good parts, or a project, anywhere in this window</source>
        <translation>也可将良品文件夹或项目文件拖放到窗口任意位置</translation>
    </message>
</context>
<context>
    <name>StatTable</name>
    <message>
        <source>rate</source>
        <translation>比率</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95% 置信区间</translation>
    </message>
    <message>
        <source>Two-sided, exact: the true rate may lie under it or over it, 2.5 % each</source>
        <translation>双侧精确区间：真实比率低于或高于该区间的概率各为 2.5%</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>a few seconds left</source>
        <translation>还需几秒</translation>
    </message>
    <message>
        <source>about {} s left</source>
        <translation>约剩 {} 秒</translation>
    </message>
    <message>
        <source>about {} min left</source>
        <translation>约剩 {} 分钟</translation>
    </message>
    <message>
        <source>about {} h left</source>
        <translation>约剩 {} 小时</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>当前任务进度</translation>
    </message>
    <message>
        <source>Stop this job</source>
        <translation>停止此任务</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>停止当前任务</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>{0}: stopping…</source>
        <translation>{0}：正在停止…</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
</context>
<context>
    <name>ToolOptions</name>
    <message>
        <source>Size of the brush</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source> px</source>
        <translation> 像素</translation>
    </message>
    <message>
        <source>Width of the line in picture pixels ([ and ], or Ctrl and the wheel)</source>
        <translation>线条宽度，以图像像素计（[ 和 ]，或 Ctrl 加滚轮）</translation>
    </message>
    <message>
        <source>Limit of the wand</source>
        <translation>魔棒阈值</translation>
    </message>
    <message>
        <source>A lower limit takes a larger region ([ and ], or Ctrl and the wheel)</source>
        <translation>阈值越低，区域越大（[ 和 ]，或 Ctrl 加滚轮）</translation>
    </message>
    <message>
        <source>The mask as a whole</source>
        <translation>整个掩膜</translation>
    </message>
    <message>
        <source>The mask as a whole: clear it, or go back to the picture&apos;s mask file</source>
        <translation>整个掩膜：清除，或恢复为该图像的掩膜文件</translation>
    </message>
    <message>
        <source>Clear the mask</source>
        <translation>清除掩膜</translation>
    </message>
    <message>
        <source>Back to the mask file</source>
        <translation>恢复为掩膜文件</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Shift: straight line · Space: pan</source>
        <translation>Shift：画直线 · 空格：平移</translation>
    </message>
    <message>
        <source>Enter closes · Backspace takes the last point back · Esc drops it</source>
        <translation>Enter 闭合 · Backspace 撤回上一点 · Esc 放弃</translation>
    </message>
    <message>
        <source>Click inside a closed outline</source>
        <translation>在闭合轮廓内单击</translation>
    </message>
    <message>
        <source>Click a region to take it</source>
        <translation>单击区域即可采用</translation>
    </message>
</context>
<context>
    <name>ToolRail</name>
    <message>
        <source>Look: drag to pan</source>
        <translation>浏览：拖动平移</translation>
    </message>
    <message>
        <source>Brush: paint the defect</source>
        <translation>画笔：绘制缺陷</translation>
    </message>
    <message>
        <source>Eraser: take marks away</source>
        <translation>橡皮：擦除标记</translation>
    </message>
    <message>
        <source>Polygon: click round the defect, Enter closes it</source>
        <translation>多边形：沿缺陷边缘单击，按 Enter 闭合</translation>
    </message>
    <message>
        <source>Fill: mark what an outline encloses</source>
        <translation>填充：标记轮廓所围的区域</translation>
    </message>
    <message>
        <source>Wand: take the region of the heat map under the pointer</source>
        <translation>魔棒：采用指针处热力图的区域</translation>
    </message>
</context>
<context>
    <name>ToolStrip</name>
    <message>
        <source>Fit</source>
        <translation>适应</translation>
    </message>
    <message>
        <source>Show the whole picture (F)</source>
        <translation>显示整张图像 (F)</translation>
    </message>
    <message>
        <source>True size</source>
        <translation>原始大小</translation>
    </message>
    <message>
        <source>One picture pixel on one screen pixel (1)</source>
        <translation>一个图像像素对应一个屏幕像素 (1)</translation>
    </message>
    <message>
        <source>Heatmap</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Show or hide the heat (H), or hold B to blink</source>
        <translation>显示或隐藏热力图 (H)，按住 B 可快速对比</translation>
    </message>
    <message>
        <source>Strength of the heat</source>
        <translation>热力图不透明度</translation>
    </message>
    <message>
        <source>Colours of the heat</source>
        <translation>热力图配色</translation>
    </message>
    <message>
        <source>Colours of the heat; the limit is in the middle of the scale</source>
        <translation>热力图配色；阈值位于色标正中</translation>
    </message>
    <message>
        <source>Contours</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Outline the regions over the pixel limit (C)</source>
        <translation>勾画超过像素阈值的区域 (C)</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>Outline the labelled defects (M)</source>
        <translation>勾画已标注的缺陷 (M)</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Photo and heat, beside or below each other (S)</source>
        <translation>原图与热力图左右或上下并列 (S)</translation>
    </message>
    <message>
        <source>Swipe</source>
        <translation>划动对比</translation>
    </message>
    <message>
        <source>A line to drag between photo and heat (X); comma and full stop move it</source>
        <translation>在照片与热力图之间拖动分界线（X）；逗号和句号键可移动</translation>
    </message>
    <message>
        <source>Inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>Turbo</source>
        <translation>Turbo</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
</context>
<context>
    <name>Tools</name>
    <message>
        <source>This area is not enclosed: close its outline with the brush first</source>
        <translation>此区域未闭合：请先用画笔闭合其轮廓</translation>
    </message>
    <message>
        <source>There is no heat map of this picture yet</source>
        <translation>此图像还没有热力图</translation>
    </message>
    <message>
        <source>Nothing here reaches {limit}: lower the limit of the wand</source>
        <translation>此处没有达到 {limit}：请调低魔棒阈值</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>accurate</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>{0} good parts</source>
        <translation>{0} 张良品</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 线程</translation>
    </message>
    <message>
        <source>{0} threads</source>
        <translation>{0} 线程</translation>
    </message>
    <message>
        <source>The trained model in use. Click to choose another.</source>
        <translation>当前使用的模型。单击可切换。</translation>
    </message>
    <message>
        <source>Model in use</source>
        <translation>当前模型</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Where training and inspection are computed</source>
        <translation>训练和检测所用的计算设备</translation>
    </message>
    <message>
        <source>Readable pictures labelled good or defect</source>
        <translation>已标注为良品或缺陷且可读取的图像</translation>
    </message>
    <message>
        <source>{0} labelled</source>
        <translation>已标注 {0} 张</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>暂无模型</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Trained models</source>
        <translation>已训练的模型</translation>
    </message>
    <message>
        <source>None yet: the first one takes its place here</source>
        <translation>暂无模型，训练完成后将显示在此处</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Accurate</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Frame size</source>
        <translation>输入尺寸</translation>
    </message>
    <message>
        <source>Pictures are brought to this size first. Larger shows smaller defects and takes longer.</source>
        <translation>图像会先缩放到此尺寸。尺寸越大，能检出的缺陷越小，耗时也越长。</translation>
    </message>
    <message>
        <source>Side by side…</source>
        <translation>并排比较…</translation>
    </message>
    <message>
        <source>Models on the same pictures: curves, and where they disagree</source>
        <translation>在相同图像上比较模型：曲线及判定不一致之处</translation>
    </message>
    <message>
        <source>They are trained one after the other, each with the frame of {frame} and its preset {preset}; {chosen} as it is set on the page.</source>
        <translation>依次训练各算法，输入尺寸均为 {frame}，预设均为“{preset}”；{chosen} 采用页面上的设置。</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适配方式</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>拉伸</translation>
    </message>
    <message>
        <source>Letterbox</source>
        <translation>等比留边</translation>
    </message>
    <message>
        <source>How a picture that is not square fills the frame: stretched over it, or whole with grey bars</source>
        <translation>非正方形图像的适配方式：拉伸填满，或保持比例并以灰边补齐</translation>
    </message>
    <message>
        <source>Also judge the good pictures learned from, in {0} rounds</source>
        <translation>同时分 {0} 轮评判用于学习的良品图像</translation>
    </message>
    <message>
        <source>Each is scored by a training without it: the first limits then stand on all good pictures, and those that look least good can be listed. Takes as many trainings more.</source>
        <translation>每张图像由未学习它的训练打分：初始阈值基于全部良品图像，并可列出最不像良品的图像。需要额外同样次数的训练。</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>More settings of this algorithm</source>
        <translation>该算法的更多设置</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>训练前确认</translation>
    </message>
    <message>
        <source>On this computer, as it is now</source>
        <translation>按本机当前状态估算</translation>
    </message>
    <message>
        <source>What training will cost</source>
        <translation>训练开销估算</translation>
    </message>
    <message>
        <source>Use PatchCore instead</source>
        <translation>改用 PatchCore</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>Compare several…</source>
        <translation>比较多个算法…</translation>
    </message>
    <message>
        <source>Train several algorithms one after the other, and see them in one table</source>
        <translation>依次训练多个算法，并在一张表中比较</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>训练进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop here and keep the best</source>
        <translation>到此为止，保留最佳状态</translation>
    </message>
    <message>
        <source>End the training now: the model is made from the best state so far, judged on good parts held out</source>
        <translation>现在结束训练：用到目前为止的最佳状态（在留出的良品上评判）生成模型</translation>
    </message>
    <message>
        <source>You can go on inspecting and labelling meanwhile</source>
        <translation>训练期间可以继续检测和标注</translation>
    </message>
    <message>
        <source>Good parts to learn</source>
        <translation>学习用良品</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>The backbone&apos;s weights are missing: choose their file or download them</source>
        <translation>缺少骨干网络权重：请选择权重文件或下载</translation>
    </message>
    <message>
        <source>Use {0} frames instead</source>
        <translation>改用 {0} 的输入尺寸</translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation>约 {0}</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Model size</source>
        <translation>模型大小</translation>
    </message>
    <message>
        <source>That does not fit into the {0} of memory that are free now</source>
        <translation>超出当前可用内存（{0}）</translation>
    </message>
    <message>
        <source>Training needs at least 2 good parts: add a folder of them on the Data page</source>
        <translation>训练至少需要 2 张良品：请在数据页添加良品文件夹</translation>
    </message>
    <message>
        <source>being measured…</source>
        <translation>正在测算…</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Still stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>{steps} steps are too few for EfficientAD to converge. The paper takes {paper}: about {time} on this CPU, at {rate} steps a second as measured now. PatchCore is the better choice here.</source>
        <translation>{steps} 步不足以使 EfficientAD 收敛。论文采用 {paper} 步：按现在测得的每秒 {rate} 步，在此 CPU 上约需 {time}。在这里 PatchCore 是更好的选择。</translation>
    </message>
    <message>
        <source>Ending with the best state…</source>
        <translation>正在以最佳状态结束…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>{0}, {1} of {2}</source>
        <translation>{0}，第 {1} 个，共 {2} 个</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>about {0} left</source>
        <translation>约剩 {0}</translation>
    </message>
</context>
<context>
    <name>TunePage</name>
    <message>
        <source>Scores</source>
        <translation>得分分布</translation>
    </message>
    <message>
        <source>Drag a line to set the limit</source>
        <translation>拖动线条以设置阈值</translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation>精确率与召回率</translation>
    </message>
    <message>
        <source>Which curve</source>
        <translation>哪条曲线</translation>
    </message>
    <message>
        <source>PR</source>
        <translation>PR</translation>
    </message>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>Precision against recall: of use where defects are rare</source>
        <translation>精确率对召回率：适合缺陷稀少的情况</translation>
    </message>
    <message>
        <source>Recall against the share of good ones that is rejected</source>
        <translation>召回率对误判的良品比例</translation>
    </message>
    <message>
        <source>What is counted</source>
        <translation>统计对象</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Label pictures</source>
        <translation>标注图像</translation>
    </message>
    <message>
        <source>Progress of the inspection</source>
        <translation>检测进度</translation>
    </message>
    <message>
        <source>ROC curve</source>
        <translation>ROC 曲线</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Which pictures</source>
        <translation>哪些图像</translation>
    </message>
    <message>
        <source>Tune</source>
        <translation>阈值调整</translation>
    </message>
    <message>
        <source>Hold-out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>The pictures that limits are set on</source>
        <translation>用于设定阈值的图像</translation>
    </message>
    <message>
        <source>Pictures that neither training nor limits have seen: what they say is to be believed</source>
        <translation>训练和阈值都未见过的图像：其结果最可信</translation>
    </message>
    <message>
        <source>NG limit</source>
        <translation>NG 阈值</translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation>像素阈值</translation>
    </message>
    <message>
        <source>A picture is NG from this score on</source>
        <translation>得分达到此值的图像判为 NG</translation>
    </message>
    <message>
        <source>NG from</source>
        <translation>NG 阈值</translation>
    </message>
    <message>
        <source>Pixel</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Set by rule</source>
        <translation>按规则设定</translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation>最佳 F1</translation>
    </message>
    <message>
        <source>The limits with the best balance of found defects and false rejects on the labelled pictures</source>
        <translation>使已标注图像上的缺陷检出与误判达到最佳平衡的阈值</translation>
    </message>
    <message>
        <source>SET BY RULE</source>
        <translation>按规则设定</translation>
    </message>
    <message>
        <source>provisional</source>
        <translation>暂定</translation>
    </message>
    <message>
        <source>Set without any labelled defect: label some, then choose the limits on them</source>
        <translation>设定时没有已标注的缺陷：请标注一些缺陷，再据此选择阈值</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>From which area on regions count, and whether they decide</source>
        <translation>区域从多大面积起计入，以及是否由其判定</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation>误判（过杀）</translation>
    </message>
    <message>
        <source>Limits are set on the tune pictures: switch to them to move a limit</source>
        <translation>阈值在阈值调整图像上设定：请先切换过去再移动阈值</translation>
    </message>
    <message>
        <source>Tune {0}</source>
        <translation>调整 {0}</translation>
    </message>
    <message>
        <source>Hold-out {0}</source>
        <translation>留出 {0}</translation>
    </message>
    <message>
        <source>Train a model first: limits belong to a model</source>
        <translation>请先训练模型：阈值随模型设定</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>前往训练页</translation>
    </message>
    <message>
        <source>Inspect pictures to see their scores here</source>
        <translation>检测图像后，得分将显示在此处</translation>
    </message>
    <message>
        <source>Go to Inspect</source>
        <translation>前往检测页</translation>
    </message>
    <message>
        <source>In the area as drawn now; scores follow at the next training</source>
        <translation>按现在所画的区域统计；得分在下次训练后更新</translation>
    </message>
    <message>
        <source>Counting pixels…</source>
        <translation>正在统计像素…</translation>
    </message>
    <message>
        <source>Pixel figures need masks of the defects: add them with a data set that has them</source>
        <translation>像素级指标需要缺陷掩膜：请添加带掩膜的数据集</translation>
    </message>
    <message>
        <source>Label at least one defect to see precision and recall</source>
        <translation>至少标注一张缺陷，才能显示精确率与召回率</translation>
    </message>
    <message>
        <source>Label at least one good part to see precision and recall</source>
        <translation>至少标注一张良品，才能显示精确率与召回率</translation>
    </message>
    <message numerus="yes">
        <source>On {0} held-out pictures, unseen by training</source>
        <translation>
            <numerusform>基于 {0} 张留出图像，训练时未使用</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On {0} held-out pictures, unseen by training and limits</source>
        <translation>
            <numerusform>基于 {0} 张留出图像，训练和阈值均未见过</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>On {0} tune pictures, none used in training</source>
        <translation>
            <numerusform>基于 {0} 张未参与训练的阈值调整图像</numerusform>
        </translation>
    </message>
    <message>
        <source>Label pictures good or defect to count them</source>
        <translation>将图像标注为良品或缺陷后才会计入</translation>
    </message>
    <message>
        <source>Limits chosen on these same pictures: expect more errors on new ones</source>
        <translation>阈值就是在这些图像上选定的：新图像上的错误会更多</translation>
    </message>
    <message>
        <source>Limits were chosen on more pictures than there are to tune now, maybe on these: set them anew</source>
        <translation>阈值所依据的图像多于现在用于阈值调整的图像，可能包括这些留出图像：请重新设定阈值</translation>
    </message>
    <message numerus="yes">
        <source>{0} · defects passed as good</source>
        <translation>
            <numerusform>{0} 张 · 缺陷被判为 OK</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} · good parts rejected</source>
        <translation>
            <numerusform>{0} 张 · 良品被判为 NG</numerusform>
        </translation>
    </message>
    <message>
        <source>0 of {0} missed: up to {1} may escape (95 % sure, one-sided)</source>
        <translation>{0} 张缺陷中漏检 0 张：漏检率最高可达 {1}（单侧 95% 置信度）</translation>
    </message>
    <message>
        <source>Without a labelled defect nothing can be said about escapes</source>
        <translation>没有已标注的缺陷，无法评估漏检</translation>
    </message>
    <message>
        <source>Set by hand</source>
        <translation>手动设定</translation>
    </message>
    <message>
        <source>Raw scores; the same in the export</source>
        <translation>原始得分，与导出文件一致</translation>
    </message>
    <message>
        <source>Review limit</source>
        <translation>复核阈值</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>复核</translation>
    </message>
    <message>
        <source>From this score on a person looks at what is not NG</source>
        <translation>得分达到该值但未判为 NG 的图像由人工复核</translation>
    </message>
    <message>
        <source>A spot counts as a region from this value on; it decides OK or NG only where regions do</source>
        <translation>从该值起，一处像素算作区域；仅当由区域判定时，它才决定 OK 或 NG</translation>
    </message>
    <message>
        <source>No escapes</source>
        <translation>零漏检</translation>
    </message>
    <message>
        <source>The highest limits at which every labelled defect is NG</source>
        <translation>使所有已标注缺陷都判为 NG 的最高阈值</translation>
    </message>
    <message>
        <source>More rules…</source>
        <translation>更多规则…</translation>
    </message>
    <message>
        <source>Limited false rejects, least cost, target precision, good parts only; for each limit by itself</source>
        <translation>限制误判、成本最低、目标精确率、仅良品；每个阈值可单独设定</translation>
    </message>
    <message>
        <source>Counting regions; until then as before</source>
        <translation>正在统计区域；此前仍显示原结果</translation>
    </message>
    <message>
        <source>Inspecting with this model: {0} of {1} so far</source>
        <translation>正在用此模型检测：已完成 {0} / {1}</translation>
    </message>
    <message>
        <source>Pixel limit set by hand</source>
        <translation>像素阈值为手动设定</translation>
    </message>
    <message>
        <source>When chosen: {0}</source>
        <translation>选定时：{0}</translation>
    </message>
    <message numerus="yes">
        <source>{0} good parts</source>
        <translation>
            <numerusform>{0} 张良品</numerusform>
        </translation>
    </message>
    <message>
        <source>Chosen on {0}</source>
        <translation>依据 {0}选定</translation>
    </message>
    <message numerus="yes">
        <source>{0} defects</source>
        <translation>
            <numerusform>{0} 张缺陷</numerusform>
        </translation>
    </message>
    <message>
        <source>Chosen on {0} and {1}</source>
        <translation>依据 {0}和 {1}选定</translation>
    </message>
    <message>
        <source>The {0} good parts that came later score higher than the {1} that the limit was set on: more of them will be rejected. See what has changed, then set the limits anew or train again</source>
        <translation>后来的 {0} 个良品得分高于设定阈值时的 {1} 个良品：误判会增多。请查明变化，然后重新设定阈值或重新训练</translation>
    </message>
    <message>
        <source>The {0} good parts that came later score lower than the {1} that the limit was set on: defects may pass more easily. See what has changed, then set the limits anew or train again</source>
        <translation>后来的 {0} 个良品得分低于设定阈值时的 {1} 个良品：缺陷可能更容易漏检。请查明变化，然后重新设定阈值或重新训练</translation>
    </message>
    <message>
        <source>Limited false rejects</source>
        <translation>限制误判率</translation>
    </message>
    <message>
        <source>Least cost</source>
        <translation>成本最低</translation>
    </message>
    <message>
        <source>Target precision</source>
        <translation>目标精确率</translation>
    </message>
    <message>
        <source>Good parts only</source>
        <translation>仅良品</translation>
    </message>
    <message>
        <source>A region, but a score under the limit</source>
        <translation>有区域但得分低于阈值</translation>
    </message>
    <message>
        <source>A score over the limit, but no region</source>
        <translation>得分超过阈值但没有区域</translation>
    </message>
    <message>
        <source>Not inspected yet</source>
        <translation>尚未检测</translation>
    </message>
    <message>
        <source>No labelled defects yet</source>
        <translation>暂无已标注的缺陷</translation>
    </message>
    <message>
        <source>No labelled good parts yet</source>
        <translation>暂无已标注的良品</translation>
    </message>
    <message>
        <source>None at this limit</source>
        <translation>当前阈值下没有</translation>
    </message>
</context>
<context>
    <name>TypeBox</name>
    <message>
        <source>Type of the defect</source>
        <translation>缺陷类型</translation>
    </message>
    <message>
        <source>Defect type</source>
        <translation>缺陷类型</translation>
    </message>
</context>
<context>
    <name>VerdictBar</name>
    <message>
        <source>Score against the limit</source>
        <translation>得分与阈值对比</translation>
    </message>
    <message>
        <source>score {0}, limit {1}</source>
        <translation>得分 {0}，阈值 {1}</translation>
    </message>
</context>
<context>
    <name>VerdictPanel</name>
    <message>
        <source>REGIONS OVER THE PIXEL LIMIT</source>
        <translation>超过像素阈值的区域</translation>
    </message>
    <message>
        <source>LABEL</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标注</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Go to the next without label</source>
        <translation>自动跳到下一张未标注图像</translation>
    </message>
    <message>
        <source>After each label, select the next picture that has none</source>
        <translation>每次标注后，自动选择下一张未标注的图像</translation>
    </message>
    <message>
        <source>Select a picture</source>
        <translation>请选择一张图像</translation>
    </message>
    <message>
        <source>VERDICT</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Train a model first</source>
        <translation>请先训练模型</translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation>前往训练页</translation>
    </message>
    <message>
        <source>The model has learned from this picture: its score is no evidence</source>
        <translation>模型学习过这张图像：其得分不能作为依据</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Type of the defect: choose one, or type a new one and press Enter (Shift+D)</source>
        <translation>缺陷类型：选择一个，或输入新类型后按 Enter（Shift+D）</translation>
    </message>
    <message>
        <source>A model is being trained</source>
        <translation>正在训练模型</translation>
    </message>
    <message>
        <source>Pictures are inspected as soon as it is ready</source>
        <translation>模型就绪后将自动检测图像</translation>
    </message>
    <message>
        <source>It learns from good pictures what good looks like</source>
        <translation>模型从良品图像中学习正常外观</translation>
    </message>
    <message>
        <source>This picture cannot be read</source>
        <translation>该图像无法读取</translation>
    </message>
    <message>
        <source>Not inspected yet</source>
        <translation>尚未检测</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>no score</source>
        <translation>无得分</translation>
    </message>
    <message>
        <source>score {score}</source>
        <translation>得分 {score}</translation>
    </message>
    <message>
        <source>best F1</source>
        <translation>最佳 F1</translation>
    </message>
    <message>
        <source>from good parts</source>
        <translation>由良品设定</translation>
    </message>
    <message>
        <source>limit {limit}</source>
        <translation>阈值 {limit}</translation>
    </message>
    <message>
        <source>review from {limit}</source>
        <translation>复核起点 {limit}</translation>
    </message>
    <message>
        <source>provisional</source>
        <translation>暂定</translation>
    </message>
    <message>
        <source>The heat map is being read…</source>
        <translation>正在读取热力图…</translation>
    </message>
    <message>
        <source>None; the highest value stays under {limit}</source>
        <translation>无；最高值低于 {limit}</translation>
    </message>
    <message>
        <source>Decided by the regions</source>
        <translation>由区域判定</translation>
    </message>
    <message>
        <source>NG where the image score and a region say so</source>
        <translation>图像得分与区域均达到才判为 NG</translation>
    </message>
    <message>
        <source>Decided by the image score, although no region reaches the pixel limit</source>
        <translation>按图像得分判定，尽管没有区域达到像素阈值</translation>
    </message>
    <message>
        <source>Decided by the image score, although regions reach the pixel limit</source>
        <translation>按图像得分判定，尽管有区域达到像素阈值</translation>
    </message>
    <message>
        <source>Decided by the image score</source>
        <translation>按图像得分判定</translation>
    </message>
    <message>
        <source>inspected in {milliseconds} ms</source>
        <translation>检测用时 {milliseconds} ms</translation>
    </message>
</context>
<context>
    <name>WatchPanel</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Watching {folder}</source>
        <translation>正在监视 {folder}</translation>
    </message>
    <message>
        <source>Watched {folder}</source>
        <translation>已监视 {folder}</translation>
    </message>
    <message>
        <source>{folder} is away; waiting for it</source>
        <translation>{folder} 暂不可用，正在等待</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>unreadable {count}</source>
        <translation>无法读取 {count}</translation>
    </message>
    <message>
        <source>waiting {count}</source>
        <translation>等待中 {count}</translation>
    </message>
    <message>
        <source>Good parts score higher than before since picture {number}.</source>
        <translation>自第 {number} 张图像起，良品得分高于以往。</translation>
    </message>
    <message>
        <source>Good parts score lower than before since picture {number}.</source>
        <translation>自第 {number} 张图像起，良品得分低于以往。</translation>
    </message>
    <message>
        <source>Look at light, focus and position; if the parts have changed, train anew.</source>
        <translation>请检查光照、对焦和位置；若零件已有变化，请重新训练。</translation>
    </message>
    <message>
        <source>To see drift, label at least 8 tune pictures as good.</source>
        <translation>要查看漂移，请将至少 8 张阈值调整图像标注为良品。</translation>
    </message>
</context>
<context>
    <name>Watcher</name>
    <message>
        <source>Watching {0}</source>
        <translation>正在监视 {0}</translation>
    </message>
</context>
<context>
    <name>WeightsControl</name>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Progress of the weights</source>
        <translation>权重获取进度</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Weights of {0}</source>
        <translation>{0} 的权重</translation>
    </message>
    <message>
        <source>Weights (*.pth *.pt *.safetensors);;All files (*)</source>
        <translation>权重 (*.pth *.pt *.safetensors);;所有文件 (*)</translation>
    </message>
    <message>
        <source>{0}: not on this computer</source>
        <translation>{0}：本机没有</translation>
    </message>
    <message>
        <source>{0}: installed with the program</source>
        <translation>{0}：随程序安装</translation>
    </message>
    <message>
        <source>{0}: at hand</source>
        <translation>{0}：已具备</translation>
    </message>
    <message>
        <source>{file}, fetched by somebody on another computer; a copy goes to {folder}</source>
        <translation>可选择在其他电脑上下载的 {file}；程序会在 {folder} 中保存一份副本</translation>
    </message>
    <message>
        <source>Any weights of this network, published or of your own; a copy goes to {folder}</source>
        <translation>该网络的任意权重，已发布的或自己的均可；副本存放在 {folder}</translation>
    </message>
    <message>
        <source>Download {size} MB from {host}</source>
        <translation>从 {host} 下载 {size} MB</translation>
    </message>
    <message>
        <source>{url}
SHA-256 {sha256}…, checked
Licence {licence}
Kept in {folder}</source>
        <translation>{url}
SHA-256 {sha256}…，下载后校验
许可证 {licence}
保存在 {folder}</translation>
    </message>
</context>
<context>
    <name>WhyCard</name>
    <message>
        <source>WHY</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为何？</translation>
    </message>
    <message>
        <source>Show what the model compared the strongest spot with; Y asks about the spot under the pointer</source>
        <translation>显示模型把最异常的位置与什么作了比较；按 Y 键询问指针所指的位置</translation>
    </message>
    <message>
        <source>Good photo</source>
        <translation>良品照片</translation>
    </message>
    <message>
        <source>Lay the most similar good photo over this one, with a line to drag (Shift+X)</source>
        <translation>将最相似的良品照片叠在此照片上，拖动分界线对比（Shift+X）</translation>
    </message>
    <message>
        <source>This part</source>
        <translation>此零件</translation>
    </message>
    <message>
        <source>Good part</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>this part</source>
        <translation>此零件</translation>
    </message>
    <message>
        <source>Looking for the reason…</source>
        <translation>正在查找原因…</translation>
    </message>
    <message>
        <source>reading {done} of {total}</source>
        <translation>正在读取 {done} / {total}</translation>
    </message>
    <message>
        <source>{name} {percent} %</source>
        <translation>{name} {percent}%</translation>
    </message>
    <message>
        <source>What differs: {0}</source>
        <translation>差异构成：{0}</translation>
    </message>
    <message>
        <source>Value of the patch alone: {value}; the heat map shows it smoothed.</source>
        <translation>该图像块本身的数值：{value}；热力图显示的是平滑后的值。</translation>
    </message>
    <message>
        <source>Reading good photos: {done} of {total}</source>
        <translation>正在读取良品照片：{done} / {total}</translation>
    </message>
    <message>
        <source>Looking for the most similar good photo…</source>
        <translation>正在查找最相似的良品照片…</translation>
    </message>
    <message>
        <source>Right of the line: {name}</source>
        <translation>分界线右侧：{name}</translation>
    </message>
    <message>
        <source>None of the photos that the model learned from is here unchanged.</source>
        <translation>模型学习所用的照片在此处均已不存在或已改动。</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Map that is shown</source>
        <translation>显示的图</translation>
    </message>
</context>
<context>
    <name>_LabelsDialog</name>
    <message>
        <source>What was left out, and why</source>
        <translation>被略去的内容及原因</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>What is to be known</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message numerus="yes">
        <source>{count} remarks</source>
        <translation>
            <numerusform>{count} 条说明</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Tiles</name>
    <message>
        <source>{0}
Double-click to open it</source>
        <translation>{0}
双击打开</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>0.99 lets about one good part in a hundred be rejected.</source>
        <translation>0.99 表示约每一百件良品允许一件被误判。</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 个线程</translation>
    </message>
    <message>
        <source>8 bits</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 置信区间</translation>
    </message>
    <message>
        <source>A crop of {crop} pixels does not work.</source>
        <translation>{crop} 像素的裁剪不可用。</translation>
    </message>
    <message>
        <source>A frame of {width} × {height} pixels does not work.</source>
        <translation>输入尺寸 {width} × {height} 像素不可用。</translation>
    </message>
    <message>
        <source>A mask of this project is damaged.</source>
        <translation>此项目的一个掩膜已损坏。</translation>
    </message>
    <message>
        <source>A picture cannot be written as “{name}”.</source>
        <translation>无法将图像写为“{name}”。</translation>
    </message>
    <message>
        <source>A report is written as .html or .pdf, not as {name}.</source>
        <translation>报告只能写成 .html 或 .pdf，不能写成 {name}。</translation>
    </message>
    <message>
        <source>A shape of kind “{kind}” has no area.</source>
        <translation>类型为“{kind}”的形状没有面积。</translation>
    </message>
    <message>
        <source>A share is between 0 and 1.</source>
        <translation>比例须介于 0 和 1 之间。</translation>
    </message>
    <message>
        <source>A value range from {low} to {high} is empty.</source>
        <translation>取值范围 {low} 到 {high} 为空。</translation>
    </message>
    <message>
        <source>AU-PRO to 30 %</source>
        <translation>AU-PRO（至 30%）</translation>
    </message>
    <message>
        <source>Add a folder of good parts on the Data page, or label pictures as good there.</source>
        <translation>请在数据页添加良品文件夹，或将图像标注为良品。</translation>
    </message>
    <message>
        <source>Add good images, or keep some of them out of training.</source>
        <translation>请添加良品图像，或留出一部分不参与训练。</translation>
    </message>
    <message>
        <source>Add images</source>
        <translation>添加图像</translation>
    </message>
    <message>
        <source>Add it on the Data page, then import again.</source>
        <translation>请先在“数据”页添加，再次导入。</translation>
    </message>
    <message>
        <source>Add masks for defective images, or use the good-part limit.</source>
        <translation>请为缺陷图像添加掩膜，或使用仅由良品设定的阈值。</translation>
    </message>
    <message>
        <source>Add photos of good parts, or train without these rounds.</source>
        <translation>请添加良品照片，或不进行这些轮次的训练。</translation>
    </message>
    <message>
        <source>Add photos of good parts; from about 30 on the limits mean something.</source>
        <translation>请添加良品图像；约 30 张以上时阈值才有意义。</translation>
    </message>
    <message>
        <source>Add some.</source>
        <translation>请添加一些。</translation>
    </message>
    <message>
        <source>Allow the download of {url} ({megabytes} MB, SHA-256 {sha256}…), or fetch {file} yourself and put it into {folder}.</source>
        <translation>请允许下载 {url}（{megabytes} MB，SHA-256 {sha256}…），或自行下载 {file} 并放入 {folder}。</translation>
    </message>
    <message>
        <source>An image is NG where a region of at least {area} pixels reaches the pixel limit.</source>
        <translation>存在面积不小于 {area} 像素且达到像素阈值的区域时，图像判为 NG。</translation>
    </message>
    <message>
        <source>An image whose score is at or over the limit is a defect (NG), if a region of at least {area} pixels reaches the pixel limit as well.</source>
        <translation>得分达到或超过阈值，且有面积不小于 {area} 像素的区域达到像素阈值时，图像判为缺陷（NG）。</translation>
    </message>
    <message>
        <source>An image whose score is at or over the limit is a defect (NG).</source>
        <translation>得分达到或超过阈值的图像判为缺陷（NG）。</translation>
    </message>
    <message>
        <source>Another folder is still being inspected.</source>
        <translation>另一个文件夹仍在检测中。</translation>
    </message>
    <message>
        <source>Another folder is still being watched.</source>
        <translation>另一个文件夹仍在监视中。</translation>
    </message>
    <message>
        <source>Another inspection writes into {folder}.</source>
        <translation>另一个检测正在写入 {folder}。</translation>
    </message>
    <message>
        <source>Another job is still running.</source>
        <translation>另一个任务仍在进行中。</translation>
    </message>
    <message>
        <source>Another program is using the file: close it there, then try again.</source>
        <translation>文件正被其他程序占用：请先在该程序中关闭文件，然后重试。</translation>
    </message>
    <message>
        <source>Another row says something about the same picture.</source>
        <translation>另一行也说明了同一图像。</translation>
    </message>
    <message>
        <source>Apache-2.0 as published; learned from ImageNet, whose pictures are for research</source>
        <translation>以 Apache-2.0 发布；由 ImageNet 学得，其图像仅供研究使用</translation>
    </message>
    <message>
        <source>Ask for less, or train a better model.</source>
        <translation>请降低要求，或训练更好的模型。</translation>
    </message>
    <message>
        <source>Ask for the right to read this file.</source>
        <translation>请获取该文件的读取权限。</translation>
    </message>
    <message>
        <source>At least {least} are needed, and thousands for a teacher of any use.</source>
        <translation>至少需要 {least} 张；要得到可用的教师网络需要数千张。</translation>
    </message>
    <message>
        <source>Back to the mask file</source>
        <translation>恢复为掩膜文件</translation>
    </message>
    <message>
        <source>Backbone</source>
        <translation>骨干网络</translation>
    </message>
    <message>
        <source>Begin a new run.</source>
        <translation>请重新开始。</translation>
    </message>
    <message>
        <source>Best F1</source>
        <translation>最佳 F1</translation>
    </message>
    <message>
        <source>Blurred</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>Brighter</source>
        <translation>较亮</translation>
    </message>
    <message>
        <source>Brush stroke</source>
        <translation>画笔笔画</translation>
    </message>
    <message>
        <source>Change settings</source>
        <translation>更改设置</translation>
    </message>
    <message>
        <source>Check that it is there and that you may read it.</source>
        <translation>请检查文件是否存在以及您是否有读取权限。</translation>
    </message>
    <message>
        <source>Check the drive ({reason}), then try again.</source>
        <translation>请检查磁盘（{reason}），然后重试。</translation>
    </message>
    <message>
        <source>Check the drive and your rights to the file.</source>
        <translation>请检查磁盘以及您对该文件的权限。</translation>
    </message>
    <message>
        <source>Check the drive or choose another folder, then try again.</source>
        <translation>请检查磁盘或另选文件夹，然后重试。</translation>
    </message>
    <message>
        <source>Check the drive or the network connection and try again.</source>
        <translation>请检查磁盘或网络连接，然后重试。</translation>
    </message>
    <message>
        <source>Check the drive that the images lie on, then train again.</source>
        <translation>请检查图像所在的磁盘，然后重新训练。</translation>
    </message>
    <message>
        <source>Check the drive, then try again.</source>
        <translation>请检查磁盘，然后重试。</translation>
    </message>
    <message>
        <source>Check the name, or choose another.</source>
        <translation>请检查名称，或另选一个。</translation>
    </message>
    <message>
        <source>Check the network or the proxy and try again, or fetch {url} yourself and put {file} into {folder}.</source>
        <translation>请检查网络或代理后重试，或自行下载 {url} 并将 {file} 放入 {folder}。</translation>
    </message>
    <message>
        <source>Check the path, the drive and your permission to read the file.</source>
        <translation>请检查路径、磁盘以及文件的读取权限。</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>请检查路径。</translation>
    </message>
    <message>
        <source>Check {variable}.</source>
        <translation>请检查 {variable}。</translation>
    </message>
    <message>
        <source>Checking good images</source>
        <translation>正在检查良品图像</translation>
    </message>
    <message>
        <source>Checking good images in rounds takes at least two different ones to learn from.</source>
        <translation>分轮检查良品图像至少需要两张不同的学习图像。</translation>
    </message>
    <message>
        <source>Checking the good images left out</source>
        <translation>正在检查留出的良品图像</translation>
    </message>
    <message>
        <source>Checking the images</source>
        <translation>正在检查图像</translation>
    </message>
    <message>
        <source>Choose Cannot be read in the filter of the Data page to see them; replace or remove them.</source>
        <translation>在数据页的筛选中选择“无法读取”即可查看；请替换或移除。</translation>
    </message>
    <message>
        <source>Choose PatchCore or PaDiM for that, or no rounds.</source>
        <translation>请选择 PatchCore 或 PaDiM，或不分轮检查。</translation>
    </message>
    <message>
        <source>Choose a few photos of parts: good ones or defects.</source>
        <translation>请选择几张工件图像，良品或缺陷均可。</translation>
    </message>
    <message>
        <source>Choose a file of labelme, COCO or CSV, or a folder of mask pictures.</source>
        <translation>请选择 labelme、COCO 或 CSV 文件，或掩膜图像文件夹。</translation>
    </message>
    <message>
        <source>Choose a file that ends in {suffix}, written by training or by saving a model.</source>
        <translation>请选择训练或保存模型时生成的 {suffix} 文件。</translation>
    </message>
    <message>
        <source>Choose a file that ends with .flawsight; if this one was one, restore it from a backup.</source>
        <translation>请选择以 .flawsight 结尾的文件；如果该文件原本就是项目文件，请从备份恢复。</translation>
    </message>
    <message>
        <source>Choose a file with its weights, train one with the command distill, allow the download of {url} ({megabytes} MB), or choose another teacher.</source>
        <translation>请选择其权重文件，用 distill 命令训练一个，允许下载 {url}（{megabytes} MB），或选择其他教师网络。</translation>
    </message>
    <message>
        <source>Choose a folder of photographs of anything but the parts, or none to have them drawn.</source>
        <translation>请选择一个存放零件以外照片的文件夹，或不选择文件夹而由程序绘制。</translation>
    </message>
    <message>
        <source>Choose a folder of pictures of good parts.</source>
        <translation>请选择良品图像文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that holds PNG, JPEG, BMP, TIFF or WebP files.</source>
        <translation>请选择包含 PNG、JPEG、BMP、TIFF 或 WebP 文件的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that is not there yet.</source>
        <translation>请选择一个尚不存在的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that is there.</source>
        <translation>请选择存在的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, or ask for the right to write there.</source>
        <translation>请选择您有写入权限的文件夹，或申请写入权限。</translation>
    </message>
    <message>
        <source>Choose a folder with good and defective parts in subfolders.</source>
        <translation>请选择按子文件夹存放良品和缺陷的文件夹。</translation>
    </message>
    <message>
        <source>Choose a folder with photos of good parts.</source>
        <translation>请选择良品图像文件夹。</translation>
    </message>
    <message>
        <source>Choose a highest value above the lowest.</source>
        <translation>最大值必须大于最小值。</translation>
    </message>
    <message>
        <source>Choose a multiple of {step} from {low} to {high}.</source>
        <translation>请选择 {low} 到 {high} 之间 {step} 的倍数。</translation>
    </message>
    <message>
        <source>Choose a name that ends in .png or .jpg.</source>
        <translation>请使用以 .png 或 .jpg 结尾的文件名。</translation>
    </message>
    <message>
        <source>Choose a new or an empty folder.</source>
        <translation>请选择新文件夹或空文件夹。</translation>
    </message>
    <message>
        <source>Choose a smaller rate.</source>
        <translation>请选择更小的学习率。</translation>
    </message>
    <message>
        <source>Choose a smaller share of patches a step, smaller frames or a smaller feature size.</source>
        <translation>请选择更小的每步图像块比例、更小的输入尺寸或更小的特征维数。</translation>
    </message>
    <message>
        <source>Choose an empty folder for the demo.</source>
        <translation>请为演示选择一个空文件夹。</translation>
    </message>
    <message>
        <source>Choose an empty folder.</source>
        <translation>请选择空文件夹。</translation>
    </message>
    <message>
        <source>Choose another file, or write it anew.</source>
        <translation>请选择其他文件，或重新写出。</translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation>请为结果选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder, or none to have them drawn.</source>
        <translation>请选择其他文件夹，或不选择文件夹而由程序绘制。</translation>
    </message>
    <message>
        <source>Choose at least one.</source>
        <translation>请至少选择一个。</translation>
    </message>
    <message>
        <source>Choose auto or cpu, or install a driver and a PyTorch build for it.</source>
        <translation>请选择 auto 或 cpu，或安装相应的驱动程序和 PyTorch 版本。</translation>
    </message>
    <message>
        <source>Choose auto, cpu, cuda, cuda:0 and so on, or mps.</source>
        <translation>请选择 auto、cpu、cuda、cuda:0 等，或 mps。</translation>
    </message>
    <message>
        <source>Choose en or zh.</source>
        <translation>请选择 en 或 zh。</translation>
    </message>
    <message>
        <source>Choose fewer feature channels, smaller frames or a smaller backbone.</source>
        <translation>请减少特征通道数、减小输入尺寸或选择更小的骨干网络。</translation>
    </message>
    <message>
        <source>Choose from 2 to {most}, or 0 for none; 5 is usual.</source>
        <translation>请选择 2 到 {most}，0 表示不检查；通常为 5。</translation>
    </message>
    <message>
        <source>Choose images that were not used for training.</source>
        <translation>请选择未参与训练的图像。</translation>
    </message>
    <message>
        <source>Choose model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Choose more.</source>
        <translation>请选择更多步数。</translation>
    </message>
    <message>
        <source>Choose one of the two.</source>
        <translation>请选择其中一种。</translation>
    </message>
    <message>
        <source>Choose one of them: a model learns one product.</source>
        <translation>请选择其中一个：一个模型只学习一种产品。</translation>
    </message>
    <message>
        <source>Choose one of {names}.</source>
        <translation>请选择以下之一：{names}。</translation>
    </message>
    <message>
        <source>Choose one of: {formats}.</source>
        <translation>请选择其中之一：{formats}。</translation>
    </message>
    <message>
        <source>Choose one of: {rules}.</source>
        <translation>请选择以下之一：{rules}。</translation>
    </message>
    <message>
        <source>Choose photos of good parts.</source>
        <translation>请选择良品的照片。</translation>
    </message>
    <message>
        <source>Choose pictures that are stored on a drive.</source>
        <translation>请选择存储在磁盘上的图像。</translation>
    </message>
    <message>
        <source>Choose sides from {step} to {limit} pixels that are multiples of {step}.</source>
        <translation>边长应为 {step} 到 {limit} 像素之间且为 {step} 的倍数。</translation>
    </message>
    <message>
        <source>Choose smaller frames, a smaller feature size or fewer images.</source>
        <translation>请减小输入尺寸、减小特征维数或减少图像数量。</translation>
    </message>
    <message>
        <source>Choose stretch or letterbox.</source>
        <translation>请选择 stretch（拉伸）或 letterbox（等比留边）。</translation>
    </message>
    <message>
        <source>Choose the engine auto or torch, or the device cpu.</source>
        <translation>请选择推理引擎 auto 或 torch，或选择设备 cpu。</translation>
    </message>
    <message>
        <source>Choose the engine torch.</source>
        <translation>请选择推理引擎 torch。</translation>
    </message>
    <message>
        <source>Choose the file again.</source>
        <translation>请重新选择文件。</translation>
    </message>
    <message>
        <source>Choose the file that belongs to it.</source>
        <translation>请选择与之对应的文件。</translation>
    </message>
    <message>
        <source>Choose the folder that holds the project&apos;s own images.</source>
        <translation>请选择存放本项目图像的文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that was moved or renamed, not one above it.</source>
        <translation>请选择被移动或重命名的文件夹本身，而不是其上级文件夹。</translation>
    </message>
    <message>
        <source>Choose the pictures inside it.</source>
        <translation>请选择其中的图像。</translation>
    </message>
    <message>
        <source>Choose what decides</source>
        <translation>选择判定依据</translation>
    </message>
    <message>
        <source>Choose {range}.</source>
        <translation>请选择：{range}。</translation>
    </message>
    <message>
        <source>Choosing patches to remember</source>
        <translation>正在筛选要记忆的图像块</translation>
    </message>
    <message>
        <source>Clear the mask</source>
        <translation>清除掩膜</translation>
    </message>
    <message>
        <source>Close other programs, choose smaller frames, a smaller backbone or another device.</source>
        <translation>请关闭其他程序，减小输入尺寸，或选择更小的骨干网络或其他设备。</translation>
    </message>
    <message>
        <source>Coarse features averaged</source>
        <translation>粗略特征取均值</translation>
    </message>
    <message>
        <source>Coarse structure</source>
        <translation>粗结构</translation>
    </message>
    <message>
        <source>Compared with what good parts look like at this very place.</source>
        <translation>与良品在同一位置的样子作比较。</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>正在比对</translation>
    </message>
    <message>
        <source>Comparing the pictures</source>
        <translation>正在比较图像</translation>
    </message>
    <message>
        <source>Compressed as JPEG</source>
        <translation>JPEG 压缩</translation>
    </message>
    <message>
        <source>Copy it again from where it came, or train again.</source>
        <translation>请从来源重新复制，或重新训练。</translation>
    </message>
    <message>
        <source>Copy it again, or train it anew.</source>
        <translation>请重新复制，或重新训练。</translation>
    </message>
    <message>
        <source>Copy the file again from its source.</source>
        <translation>请从来源重新复制该文件。</translation>
    </message>
    <message>
        <source>Costs are 0 or more, defects 0 to 1,000,000 in a million parts.</source>
        <translation>成本须不小于 0，每百万件中的缺陷数须在 0 至 1,000,000 之间。</translation>
    </message>
    <message>
        <source>Cut it into parts or reduce its size.</source>
        <translation>请将其裁切成若干部分或缩小尺寸。</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>较暗</translation>
    </message>
    <message>
        <source>Data and roles</source>
        <translation>数据与用途</translation>
    </message>
    <message>
        <source>Defects passed as good, the lowest score first</source>
        <translation>被判为良品的缺陷，得分最低的在前</translation>
    </message>
    <message>
        <source>Delete it and fetch {url} again; its SHA-256 begins with {wanted}, the file&apos;s with {have}.</source>
        <translation>请删除该文件并重新下载 {url}；其 SHA-256 应以 {wanted} 开头，而该文件以 {have} 开头。</translation>
    </message>
    <message>
        <source>Distilling</source>
        <translation>正在蒸馏</translation>
    </message>
    <message>
        <source>Draw it anew.</source>
        <translation>请重新绘制。</translation>
    </message>
    <message>
        <source>Draw it as a polygon.</source>
        <translation>请改画成多边形。</translation>
    </message>
    <message>
        <source>Draw the area</source>
        <translation>绘制检测区域</translation>
    </message>
    <message>
        <source>Draw up to {outlines} outlines of three or more points each, within the picture.</source>
        <translation>最多绘制 {outlines} 个轮廓，每个至少三个点，且位于图像之内。</translation>
    </message>
    <message>
        <source>Drawing flanges</source>
        <translation>正在绘制法兰</translation>
    </message>
    <message>
        <source>Drawing leather</source>
        <translation>正在绘制皮革</translation>
    </message>
    <message>
        <source>Each step learns from this share of the patches of its four images, chosen at random. 1 is the paper&apos;s way: eight times as slow as 0.125.</source>
        <translation>每一步从四张图像的图像块中随机选取这一比例来学习。1 为论文的做法：耗时约为 0.125 的八倍。</translation>
    </message>
    <message>
        <source>Eraser stroke</source>
        <translation>橡皮笔画</translation>
    </message>
    <message>
        <source>Escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>Escapes among the held-out images</source>
        <translation>留出图像中的漏检</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>正在评估</translation>
    </message>
    <message>
        <source>Export polygons or masks from the program it comes from.</source>
        <translation>请从其来源程序导出多边形或掩膜。</translation>
    </message>
    <message>
        <source>Export the one picture you need from it.</source>
        <translation>请从中单独导出所需的图像。</translation>
    </message>
    <message>
        <source>Exported file compared with the program</source>
        <translation>导出文件与程序的比对</translation>
    </message>
    <message>
        <source>False rejects</source>
        <translation>误判（过杀）</translation>
    </message>
    <message>
        <source>False rejects among the held-out images</source>
        <translation>留出图像中的误判</translation>
    </message>
    <message>
        <source>Feature channels</source>
        <translation>特征通道数</translation>
    </message>
    <message>
        <source>Feature size</source>
        <translation>特征维数</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Fine and coarse structure count for the same, as in the paper, where both are pooled to one width. Otherwise each counts by how many features the backbone has for it. No effect on speed.</source>
        <translation>精细结构与粗略结构的作用相同，与论文一致（论文将两者池化到同一宽度）；否则各按骨干网络在该层级的特征数计量。不影响速度。</translation>
    </message>
    <message>
        <source>Fine structure</source>
        <translation>细结构</translation>
    </message>
    <message>
        <source>Flawsight report</source>
        <translation>Flawsight 报告</translation>
    </message>
    <message>
        <source>Folder of general pictures</source>
        <translation>一般图像文件夹</translation>
    </message>
    <message>
        <source>From the review limit on, what is not NG is looked at by a person (REVIEW).</source>
        <translation>达到复核阈值而未判为 NG 的图像由人工复核（REVIEW）。</translation>
    </message>
    <message>
        <source>From {name}</source>
        <translation>来自 {name}</translation>
    </message>
    <message>
        <source>General pictures that could not be read: {unread}, such as {name}. {reason}</source>
        <translation>无法读取的一般图像：{unread} 张，例如 {name}。{reason}</translation>
    </message>
    <message>
        <source>General pictures: drawn by the program.</source>
        <translation>一般图像：由程序绘制。</translation>
    </message>
    <message>
        <source>General pictures: {count} files in {folder}.</source>
        <translation>一般图像：{folder} 中的 {count} 个文件。</translation>
    </message>
    <message>
        <source>Give a number from 0 to 1, such as 0.01 for 1 %.</source>
        <translation>请填写 0 至 1 之间的数，例如 0.01 表示 1%。</translation>
    </message>
    <message>
        <source>Give the cost of an escape or of a false reject.</source>
        <translation>请填写漏检或误判的成本。</translation>
    </message>
    <message>
        <source>Give the defect another type.</source>
        <translation>请为该缺陷改用其他类型。</translation>
    </message>
    <message>
        <source>Give the options of that run, or begin a new one.</source>
        <translation>请使用那次运行的选项，或重新开始。</translation>
    </message>
    <message>
        <source>Give the picture a mask of its own size.</source>
        <translation>请为该图像提供尺寸一致的掩膜。</translation>
    </message>
    <message>
        <source>Give the weights file with the SHA-256 {expected} by --weights, or train again.</source>
        <translation>请用 --weights 指定 SHA-256 为 {expected} 的权重文件，或重新训练。</translation>
    </message>
    <message>
        <source>Global map</source>
        <translation>全局图</translation>
    </message>
    <message>
        <source>Good parts only</source>
        <translation>仅用良品</translation>
    </message>
    <message>
        <source>Good parts rejected, the highest score first</source>
        <translation>被判为 NG 的良品，得分最高的在前</translation>
    </message>
    <message>
        <source>Half of the made-up defects are good patches that were moved as good patches differ from each other, by so many times as much. That teaches what noise alone, even in all directions, hides among them. 0 is the paper&apos;s way. Training takes about twice the steps, inspection does not change.</source>
        <translation>一半的人造缺陷由良品图块得到：按两个良品图块之间的差异移动，移动量为该差异的这么多倍。这样能学到各方向均匀的噪声所掩盖的偏差。0 为论文的做法。训练步数约为两倍，检测不受影响。</translation>
    </message>
    <message>
        <source>Have it packed and sent again.</source>
        <translation>请对方重新打包并发送。</translation>
    </message>
    <message>
        <source>Highest scores</source>
        <translation>最高得分</translation>
    </message>
    <message>
        <source>Histogram of image scores</source>
        <translation>图像得分直方图</translation>
    </message>
    <message>
        <source>Histogram: good ones filled, defects hatched; dashed lines are limits.</source>
        <translation>直方图：良品为实心，缺陷为斜线；虚线为阈值。</translation>
    </message>
    <message>
        <source>Hold out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>How far made-up defects that are plain noise lie from good patches, in spreads of the features. The paper&apos;s 0.015 is not in spreads. More is learned faster and misses fainter defects; very little cannot be learned at all.</source>
        <translation>由均匀噪声造成的人造缺陷与良品图块的距离，以特征的离散度为单位。论文中的 0.015 不是以离散度为单位的。值越大学得越快，但会漏掉较淡的缺陷；值太小则完全学不会。</translation>
    </message>
    <message>
        <source>How far the discriminator takes each patch for a changed one, before the map is smoothed.</source>
        <translation>平滑之前，判别器认为每个图像块被改动的程度。</translation>
    </message>
    <message>
        <source>How many randomly chosen feature channels are kept at each spot; 0 chooses as in the paper: 100, or 550 for Wide-ResNet-50-2. Memory, model size and time grow with its square.</source>
        <translation>每个位置随机保留的特征通道数；0 表示按论文取值：100，Wide-ResNet-50-2 为 550。内存、模型大小和耗时随其平方增长。</translation>
    </message>
    <message>
        <source>How often the training goes through the good images at most; it stops earlier where that no longer helps. The paper takes 160. Training time grows with it, inspection does not.</source>
        <translation>训练最多遍历良品图像的次数；不再有改善时提前结束。论文取 160。训练耗时随之增长，检测耗时不变。</translation>
    </message>
    <message>
        <source>Ignore less of it, or draw a larger area.</source>
        <translation>请减少忽略区域，或绘制更大的检测区域。</translation>
    </message>
    <message>
        <source>Image AUROC</source>
        <translation>图像 AUROC</translation>
    </message>
    <message>
        <source>Image F1 at its best</source>
        <translation>图像最佳 F1</translation>
    </message>
    <message>
        <source>Image F1 at the limit</source>
        <translation>阈值处的图像 F1</translation>
    </message>
    <message>
        <source>Image average precision</source>
        <translation>图像平均精确率</translation>
    </message>
    <message>
        <source>Image limit</source>
        <translation>图像阈值</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>导入标注</translation>
    </message>
    <message>
        <source>Inspect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Inspecting</source>
        <translation>正在检测</translation>
    </message>
    <message>
        <source>Inspecting test pictures</source>
        <translation>正在检测测试图像</translation>
    </message>
    <message>
        <source>Install Noto Sans CJK (Debian: fonts-noto-cjk), name a font file in {variable}, or write HTML instead.</source>
        <translation>请安装 Noto Sans CJK（Debian：fonts-noto-cjk），或在 {variable} 中指定字体文件，或改写 HTML。</translation>
    </message>
    <message>
        <source>Install it with “{command}”, or export without it.</source>
        <translation>请用“{command}”安装，或不导出此格式。</translation>
    </message>
    <message>
        <source>Install the program again, or install the package {package}.</source>
        <translation>请重新安装程序，或安装软件包 {package}。</translation>
    </message>
    <message>
        <source>It belongs to a picture that the file does not name.</source>
        <translation>它所属的图像在文件中没有列出。</translation>
    </message>
    <message>
        <source>It is open in another window: close it there to change it here.</source>
        <translation>该项目已在另一个窗口中打开：请先在那里关闭，再在此处更改。</translation>
    </message>
    <message>
        <source>It marks no area, and no flag says whether the picture is good.</source>
        <translation>其中没有标记任何区域，也没有标志说明图像是否为良品。</translation>
    </message>
    <message>
        <source>It may have been moved or renamed.</source>
        <translation>它可能已被移动或重命名。</translation>
    </message>
    <message>
        <source>It was marked on a picture of {told_width} × {told_height} pixels, but this one has {width} × {height}.</source>
        <translation>标注时图像为 {told_width} × {told_height} 像素，而此图像为 {width} × {height}。</translation>
    </message>
    <message>
        <source>Its drive cannot lock files: copy the project to another drive to change it.</source>
        <translation>所在磁盘不支持文件锁定：如需更改，请将项目复制到其他磁盘。</translation>
    </message>
    <message>
        <source>Label as defect</source>
        <translation>标注为缺陷</translation>
    </message>
    <message>
        <source>Label as good</source>
        <translation>标注为良品</translation>
    </message>
    <message>
        <source>Label at least one image of each, then try again.</source>
        <translation>请至少各标注一张，然后重试。</translation>
    </message>
    <message>
        <source>Label images that training has not seen, and inspect them.</source>
        <translation>请标注未参与训练的图像并进行检测。</translation>
    </message>
    <message>
        <source>Label pictures that are not for training as good.</source>
        <translation>请将非训练用图像标注为良品。</translation>
    </message>
    <message>
        <source>Label them here.</source>
        <translation>请在此处标注。</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>正在学习</translation>
    </message>
    <message>
        <source>Learning good images</source>
        <translation>正在学习良品图像</translation>
    </message>
    <message>
        <source>Learning without some of the good images</source>
        <translation>正在用部分良品图像之外的图像学习</translation>
    </message>
    <message>
        <source>Learns for each position what is usual there: trains in one quick pass, best when every part lies in the same place.</source>
        <translation>学习每个位置的正常特征：只需快速遍历一次即可完成训练，最适合工件位置固定的场景。</translation>
    </message>
    <message>
        <source>Least cost</source>
        <translation>成本最低</translation>
    </message>
    <message>
        <source>Least steps</source>
        <translation>最少步数</translation>
    </message>
    <message>
        <source>Leave one of the two out.</source>
        <translation>请去掉其中一行。</translation>
    </message>
    <message>
        <source>Less contrast</source>
        <translation>对比度降低</translation>
    </message>
    <message>
        <source>Levels count alike</source>
        <translation>各层级同等计量</translation>
    </message>
    <message>
        <source>Limited false rejects</source>
        <translation>限制误判率</translation>
    </message>
    <message>
        <source>Limits and why</source>
        <translation>阈值及依据</translation>
    </message>
    <message>
        <source>Limits are never set on held-out pictures.</source>
        <translation>阈值从不在留出图像上设定。</translation>
    </message>
    <message>
        <source>Loading the backbone</source>
        <translation>正在加载骨干网络</translation>
    </message>
    <message>
        <source>Local map</source>
        <translation>局部图</translation>
    </message>
    <message>
        <source>Locate folder</source>
        <translation>定位文件夹</translation>
    </message>
    <message>
        <source>Look at the Data page for the reason.</source>
        <translation>原因请见数据页。</translation>
    </message>
    <message>
        <source>Look for damaged images, or choose more noise.</source>
        <translation>请查找损坏的图像，或增大噪声。</translation>
    </message>
    <message>
        <source>Look for damaged images, then train again.</source>
        <translation>请检查是否有损坏的图像，然后重新训练。</translation>
    </message>
    <message>
        <source>Looking at the images</source>
        <translation>正在查看图像</translation>
    </message>
    <message>
        <source>Looking at the pictures</source>
        <translation>正在查看图像</translation>
    </message>
    <message>
        <source>Looking for pictures</source>
        <translation>正在查找图像</translation>
    </message>
    <message>
        <source>Loss to reach</source>
        <translation>目标损失</translation>
    </message>
    <message>
        <source>Lower the image score where the most similar good patch is itself a rare one, as the paper describes and its published program leaves out. Slightly slower; sometimes more accurate.</source>
        <translation>当最相似的良品图像块本身较为罕见时，降低图像得分。论文中有此步骤，但其公开程序未实现。速度略慢，有时更准确。</translation>
    </message>
    <message>
        <source>Make a new one, or open one.</source>
        <translation>请新建或打开一个项目。</translation>
    </message>
    <message>
        <source>Make room on the drive or check it, then start again: what was kept before stays.</source>
        <translation>请腾出磁盘空间或检查磁盘，然后重新开始：之前保存的内容不会丢失。</translation>
    </message>
    <message>
        <source>Mark the picture as it is now.</source>
        <translation>请按图像现状重新标注。</translation>
    </message>
    <message>
        <source>Mean of {count} good photos</source>
        <translation>{count} 张良品图像的平均</translation>
    </message>
    <message>
        <source>Mean of {count} of the {all} good photos</source>
        <translation>{all} 张良品图像中 {count} 张的平均</translation>
    </message>
    <message>
        <source>Measuring the backbone</source>
        <translation>正在测量骨干网络</translation>
    </message>
    <message>
        <source>Memory ran short: the training steps were made smaller, which changes the result a little.</source>
        <translation>内存不足：训练步已缩小，结果会略有不同。</translation>
    </message>
    <message>
        <source>Middle structure</source>
        <translation>中等结构</translation>
    </message>
    <message>
        <source>Move the review limit</source>
        <translation>移动复核阈值</translation>
    </message>
    <message>
        <source>NG from {limit}</source>
        <translation>NG ≥ {limit}</translation>
    </message>
    <message>
        <source>Name image files, or folders that hold some.</source>
        <translation>请选择图像文件，或含有图像的文件夹。</translation>
    </message>
    <message>
        <source>Name the defect type</source>
        <translation>命名缺陷类型</translation>
    </message>
    <message>
        <source>Neither mistake costs anything.</source>
        <translation>两种错误都没有成本。</translation>
    </message>
    <message>
        <source>No defect was seen: nothing can be said about escapes.</source>
        <translation>没有见过缺陷：无法说明漏检情况。</translation>
    </message>
    <message>
        <source>No escapes</source>
        <translation>无漏检</translation>
    </message>
    <message>
        <source>No good part was seen: nothing can be said about false rejects.</source>
        <translation>没有见过良品：无法说明误判情况。</translation>
    </message>
    <message>
        <source>No limit has a precision of {wanted}: the highest is {highest}.</source>
        <translation>没有阈值能达到 {wanted} 的精确率：最高为 {highest}。</translation>
    </message>
    <message>
        <source>Noise like good parts</source>
        <translation>仿照良品差异的噪声</translation>
    </message>
    <message>
        <source>Noisier</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>None of the general pictures in {folder} can be read. The first one: {reason}</source>
        <translation>{folder} 中的一般图像都无法读取。第一张：{reason}</translation>
    </message>
    <message>
        <source>None of the {count} images can be read.</source>
        <translation>{count} 张图像均无法读取。</translation>
    </message>
    <message>
        <source>None of the {count} photos that the model learned from is here unchanged. Add the folder of the good parts to see what they look like here.</source>
        <translation>模型学习所用的 {count} 张图像在此处均已不存在或已改动。请添加良品文件夹，以查看良品在此位置的样子。</translation>
    </message>
    <message>
        <source>None of {total} defects escapes.</source>
        <translation>{total} 个缺陷无一漏检。</translation>
    </message>
    <message>
        <source>None of {total} good parts is rejected.</source>
        <translation>{total} 个良品无一误判。</translation>
    </message>
    <message>
        <source>Nothing of the picture is left to look at.</source>
        <translation>图像中没有剩余可检测的部分。</translation>
    </message>
    <message>
        <source>Of all good patches that the model remembers, this one is the most similar.</source>
        <translation>在模型记住的所有良品图像块中，这一块最相似。</translation>
    </message>
    <message>
        <source>On {count} held-out images, unseen by training and limits</source>
        <translation>基于 {count} 张留出图像，训练和设定阈值时均未使用</translation>
    </message>
    <message>
        <source>On {count} held-out images, unseen by training; the limits stand on more images than are left for them, maybe on these</source>
        <translation>基于 {count} 张留出图像，训练时未使用；阈值所依据的图像多于现在用于设定阈值的图像，可能包括这些图像</translation>
    </message>
    <message>
        <source>On {count} labelled images, none used in training</source>
        <translation>基于 {count} 张已标注的图像，均未用于训练</translation>
    </message>
    <message>
        <source>OpenVINO is not installed, so its format cannot be written and compared.</source>
        <translation>未安装 OpenVINO，因此无法写出并比对该格式。</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>判定结果</translation>
    </message>
    <message>
        <source>Outcome on held-out images</source>
        <translation>留出图像上的结果</translation>
    </message>
    <message>
        <source>Pack it without pictures, or make two projects of it.</source>
        <translation>请打包时不含图像，或将其分为两个项目。</translation>
    </message>
    <message>
        <source>Packing</source>
        <translation>正在打包</translation>
    </message>
    <message>
        <source>Paint it again, or restore the project from a backup.</source>
        <translation>请重新绘制，或从备份恢复项目。</translation>
    </message>
    <message>
        <source>Photographs of anything but the parts, hundreds of them, to be shown instead of drawn ones. They are read again and again: small files train faster. Only the training needs them.</source>
        <translation>用于代替程序绘制图像的照片，内容可以是零件以外的任何东西，建议数百张。训练时会反复读取，文件小则训练更快。仅训练时需要。</translation>
    </message>
    <message>
        <source>Pictures that cannot be read were not learned from: {count}. The first one is {name}: {reason}</source>
        <translation>无法读取、未参与学习的图片：{count} 张。第一张是 {name}：{reason}</translation>
    </message>
    <message>
        <source>Pixel AUROC</source>
        <translation>像素 AUROC</translation>
    </message>
    <message>
        <source>Pixel F1 at its best</source>
        <translation>像素最佳 F1</translation>
    </message>
    <message>
        <source>Pixel F1 at the limit</source>
        <translation>阈值处的像素 F1</translation>
    </message>
    <message>
        <source>Pixel limit</source>
        <translation>像素阈值</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Precision and recall of images</source>
        <translation>图像的精确率与召回率</translation>
    </message>
    <message>
        <source>Precision and recall of pixels</source>
        <translation>像素的精确率与召回率</translation>
    </message>
    <message>
        <source>Put the file back, or take it out of the list.</source>
        <translation>请放回该文件，或将其从列表中移除。</translation>
    </message>
    <message>
        <source>Review limit</source>
        <translation>复核阈值</translation>
    </message>
    <message>
        <source>SHA-256 of model.onnx</source>
        <translation>model.onnx 的 SHA-256</translation>
    </message>
    <message>
        <source>Save it as UTF-8, in Excel as “CSV UTF-8”.</source>
        <translation>请存为 UTF-8；在 Excel 中选“CSV UTF-8”。</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Scores and curves</source>
        <translation>得分与曲线</translation>
    </message>
    <message>
        <source>Scores of the calibration images: {low} to {high}.</source>
        <translation>标定图像的得分范围：{low} 至 {high}。</translation>
    </message>
    <message>
        <source>Scoring changed photos</source>
        <translation>正在为改变后的照片评分</translation>
    </message>
    <message>
        <source>Set by hand</source>
        <translation>手动设定</translation>
    </message>
    <message>
        <source>Set the flag “good” or “defect” in labelme.</source>
        <translation>请在 labelme 中设置标志“good”或“defect”。</translation>
    </message>
    <message>
        <source>Set the least area of a region</source>
        <translation>设定区域最小面积</translation>
    </message>
    <message>
        <source>Settings and hashes</source>
        <translation>设置与哈希值</translation>
    </message>
    <message>
        <source>Several pictures are called “{name}”.</source>
        <translation>有多张图像名为“{name}”。</translation>
    </message>
    <message>
        <source>Shifted</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Single patches</source>
        <translation>单个图像块</translation>
    </message>
    <message>
        <source>Split it.</source>
        <translation>请将其拆分。</translation>
    </message>
    <message>
        <source>Stop that first.</source>
        <translation>请先停止该监视。</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Switch to the tune pictures first.</source>
        <translation>请先切换到阈值调整图像。</translation>
    </message>
    <message>
        <source>Take the predicted region</source>
        <translation>采用预测区域</translation>
    </message>
    <message>
        <source>Target precision</source>
        <translation>目标精确率</translation>
    </message>
    <message>
        <source>The area to look at is drawn wrongly.</source>
        <translation>检测区域绘制有误。</translation>
    </message>
    <message>
        <source>The coarsest features of each spot are the mean over it and its eight neighbours, as PatchCore&apos;s are: calmer where parts do not lie quite alike. Otherwise they are taken as they are, as in the paper. No effect on speed.</source>
        <translation>每个位置的最粗略特征取其自身与八个相邻位置的均值，与 PatchCore 相同：当零件摆放位置不完全一致时更稳定。否则按论文原样使用。不影响速度。</translation>
    </message>
    <message>
        <source>The exported {name} does not give this program&apos;s scores: on the scale of 0 to 1 they differ by up to {difference:.3g}, and {flips} of {images} verdicts change. The export was discarded.</source>
        <translation>导出的 {name} 给出的得分与本程序不同：在 0 到 1 的尺度上最多相差 {difference:.3g}，{images} 张图像中有 {flips} 个判定改变。本次导出已丢弃。</translation>
    </message>
    <message>
        <source>The first line of “{name}” does not name the columns “path” and “label”.</source>
        <translation>“{name}”的第一行没有写明“path”和“label”列。</translation>
    </message>
    <message>
        <source>The folder could not be read: {reason}.</source>
        <translation>无法读取该文件夹：{reason}。</translation>
    </message>
    <message>
        <source>The local map tells strange structure, the global one what stands in the wrong place.</source>
        <translation>局部图显示异常的结构，全局图显示位置不对的部分。</translation>
    </message>
    <message>
        <source>The mask has {mask_width} × {mask_height} pixels, but its picture has {width} × {height}.</source>
        <translation>掩膜为 {mask_width} × {mask_height} 像素，但其图像为 {width} × {height}。</translation>
    </message>
    <message>
        <source>The mask of a shape is broken.</source>
        <translation>某个形状的掩膜已损坏。</translation>
    </message>
    <message>
        <source>The name of the picture is empty.</source>
        <translation>图像名称为空。</translation>
    </message>
    <message>
        <source>The picture was changed after it was marked: paint its mask anew.</source>
        <translation>图像在标注后被更改：请重新绘制其掩膜。</translation>
    </message>
    <message>
        <source>The project {name} could not be packed ({reason}).</source>
        <translation>无法打包项目 {name}（{reason}）。</translation>
    </message>
    <message>
        <source>The results would come among the pictures in {path}.</source>
        <translation>结果会混入 {path} 中的图片。</translation>
    </message>
    <message>
        <source>The run lengths do not fill the picture.</source>
        <translation>游程长度与图像大小不符。</translation>
    </message>
    <message>
        <source>The shape has too few points, or strange ones.</source>
        <translation>该形状的点太少，或点异常。</translation>
    </message>
    <message>
        <source>The strangest of all images</source>
        <translation>所有图像中最异常的</translation>
    </message>
    <message>
        <source>The training became unstable and was stopped early; its best state up to then is kept. Look for damaged images, or train with another seed.</source>
        <translation>训练变得不稳定，已提前停止，并保留了此前的最佳状态。请检查是否有损坏的图像，或换一个随机种子重新训练。</translation>
    </message>
    <message>
        <source>The training steps were computed in 16 bits (bfloat16), as this processor can; inspection is not.</source>
        <translation>训练步骤以 16 位（bfloat16）计算，此处理器支持该格式；检测不使用该格式。</translation>
    </message>
    <message>
        <source>The type “{name}” cannot be the name of a folder.</source>
        <translation>类型“{name}”不能用作文件夹名。</translation>
    </message>
    <message>
        <source>Their areas are all marked.</source>
        <translation>各类型的区域均已标记。</translation>
    </message>
    <message>
        <source>There are no general pictures in {folder}.</source>
        <translation>{folder} 中没有一般图像。</translation>
    </message>
    <message>
        <source>There are no good pictures to compare.</source>
        <translation>没有可供对比的良品图像。</translation>
    </message>
    <message>
        <source>There are no images to inspect.</source>
        <translation>没有可检测的图像。</translation>
    </message>
    <message>
        <source>There are no labels in “{name}”.</source>
        <translation>“{name}”中没有标注。</translation>
    </message>
    <message>
        <source>There are several types in this picture; “{name}”, the largest, is taken for all.</source>
        <translation>此图像中有多种类型；统一采用面积最大的“{name}”。</translation>
    </message>
    <message>
        <source>There is a box, but no area.</source>
        <translation>只有外框，没有区域。</translation>
    </message>
    <message>
        <source>There is no export format {format}.</source>
        <translation>没有名为 {format} 的导出格式。</translation>
    </message>
    <message>
        <source>There is no file or folder {path}.</source>
        <translation>没有文件或文件夹 {path}。</translation>
    </message>
    <message>
        <source>There is no file {path}.</source>
        <translation>没有文件 {path}。</translation>
    </message>
    <message>
        <source>There is no folder {folder} to watch.</source>
        <translation>要监视的文件夹 {folder} 不存在。</translation>
    </message>
    <message>
        <source>There is no font file {path}.</source>
        <translation>没有字体文件 {path}。</translation>
    </message>
    <message>
        <source>There is no font on this computer that a PDF file in this language could carry.</source>
        <translation>这台计算机上没有可嵌入此语言 PDF 文件的字体。</translation>
    </message>
    <message>
        <source>There is no picture “{name}” in the project.</source>
        <translation>项目中没有图像“{name}”。</translation>
    </message>
    <message>
        <source>There is no report in the language {language}.</source>
        <translation>没有语言为 {language} 的报告。</translation>
    </message>
    <message>
        <source>These costs cannot be counted with.</source>
        <translation>无法按这些成本计算。</translation>
    </message>
    <message>
        <source>This row is broken ({reason}).</source>
        <translation>此行已损坏（{reason}）。</translation>
    </message>
    <message>
        <source>This rule needs both good and defective images.</source>
        <translation>该规则既需要良品图像，也需要缺陷图像。</translation>
    </message>
    <message>
        <source>This rule needs images with defect masks.</source>
        <translation>该规则需要带缺陷掩膜的图像。</translation>
    </message>
    <message>
        <source>To review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Training was stopped early, after {done} of {most} steps; its best state up to then is kept.</source>
        <translation>训练提前停止，完成 {most} 步中的 {done} 步；保留了到那时为止的最佳状态。</translation>
    </message>
    <message>
        <source>Turned</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>Unpacking</source>
        <translation>正在解包</translation>
    </message>
    <message>
        <source>Up to {kept} finished pictures are kept: put it right and start again, and it goes on from there.</source>
        <translation>最多 {kept} 张已完成的图像已保存：排除问题后重新开始，即可从该处继续。</translation>
    </message>
    <message>
        <source>Update this program.</source>
        <translation>请更新本程序。</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Wait until it has ended, or choose another folder.</source>
        <translation>请等它结束，或选择另一个文件夹。</translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>正在监视</translation>
    </message>
    <message>
        <source>Write good, defect or undecided.</source>
        <translation>请写 good、defect 或 undecided。</translation>
    </message>
    <message>
        <source>Write it anew with the program it comes from.</source>
        <translation>请用其来源程序重新写出。</translation>
    </message>
    <message>
        <source>Write its path with enough of its folders.</source>
        <translation>请在路径中写明足够的上级文件夹。</translation>
    </message>
    <message>
        <source>Write its path.</source>
        <translation>请写明其路径。</translation>
    </message>
    <message>
        <source>Write the file anew.</source>
        <translation>请重新写出该文件。</translation>
    </message>
    <message>
        <source>Write “path,label,type” into it.</source>
        <translation>请写入“path,label,type”。</translation>
    </message>
    <message>
        <source>Writing further formats</source>
        <translation>正在写出其他格式</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>正在写入报告</translation>
    </message>
    <message>
        <source>Writing the tables</source>
        <translation>正在写入表格</translation>
    </message>
    <message>
        <source>algorithm</source>
        <translation>算法</translation>
    </message>
    <message>
        <source>autoencoder to teacher</source>
        <translation>自编码器与教师</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>backbone SHA-256</source>
        <translation>骨干网络 SHA-256</translation>
    </message>
    <message>
        <source>chosen by</source>
        <translation>设定方式</translation>
    </message>
    <message>
        <source>defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>drawn by the program</source>
        <translation>由程序绘制</translation>
    </message>
    <message>
        <source>escapes</source>
        <translation>漏检</translation>
    </message>
    <message>
        <source>failed the comparison</source>
        <translation>比对未通过</translation>
    </message>
    <message>
        <source>false rejects</source>
        <translation>误判</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>输入尺寸</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良品</translation>
    </message>
    <message>
        <source>good told</source>
        <translation>良品识别率</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>held out for the first limits</source>
        <translation>留出用于初始阈值</translation>
    </message>
    <message>
        <source>image score</source>
        <translation>图像得分</translation>
    </message>
    <message>
        <source>images compared</source>
        <translation>比对的图像</translation>
    </message>
    <message>
        <source>in this report</source>
        <translation>本报告包含</translation>
    </message>
    <message>
        <source>labelled defect</source>
        <translation>标注为缺陷</translation>
    </message>
    <message>
        <source>labelled good</source>
        <translation>标注为良品</translation>
    </message>
    <message>
        <source>largest difference of normalised scores</source>
        <translation>归一化得分的最大差异</translation>
    </message>
    <message>
        <source>largest difference of raw maps</source>
        <translation>原始热力图的最大差异</translation>
    </message>
    <message>
        <source>largest difference of raw scores</source>
        <translation>原始得分的最大差异</translation>
    </message>
    <message>
        <source>learned from</source>
        <translation>训练所用</translation>
    </message>
    <message>
        <source>left out, because learned from</source>
        <translation>因用于训练而排除</translation>
    </message>
    <message>
        <source>limit</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>looks at</source>
        <translation>检测区域</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>no picture</source>
        <translation>无图像</translation>
    </message>
    <message>
        <source>noise told</source>
        <translation>噪声识别率</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>on what</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>判为 OK</translation>
    </message>
    <message>
        <source>passed the comparison</source>
        <translation>比对通过</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>precision {precision} · recall {recall}</source>
        <translation>精确率 {precision} · 召回率 {recall}</translation>
    </message>
    <message>
        <source>proportions kept</source>
        <translation>等比留边</translation>
    </message>
    <message>
        <source>provisional</source>
        <translation>暂定</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>比率</translation>
    </message>
    <message>
        <source>raw score</source>
        <translation>原始得分</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>训练配置</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>判为 NG</translation>
    </message>
    <message>
        <source>review from {limit}</source>
        <translation>复核 ≥ {limit}</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>stretched</source>
        <translation>拉伸</translation>
    </message>
    <message>
        <source>student to autoencoder</source>
        <translation>学生与自编码器</translation>
    </message>
    <message>
        <source>student to teacher</source>
        <translation>学生与教师</translation>
    </message>
    <message>
        <source>the inside of {include} outline(s), {ignore} area(s) ignored</source>
        <translation>{include} 个轮廓之内，忽略 {ignore} 个区域</translation>
    </message>
    <message>
        <source>the whole picture</source>
        <translation>整幅图像</translation>
    </message>
    <message>
        <source>the whole picture, {ignore} area(s) ignored</source>
        <translation>整幅图像，忽略 {ignore} 个区域</translation>
    </message>
    <message>
        <source>to review</source>
        <translation>待复核</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>value range</source>
        <translation>取值范围</translation>
    </message>
    <message>
        <source>verdicts that differ</source>
        <translation>不一致的判定</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>{algorithm} could not be trained: {reason}</source>
        <translation>{algorithm} 无法训练：{reason}</translation>
    </message>
    <message>
        <source>{count} good images</source>
        <translation>{count} 张良品图像</translation>
    </message>
    <message>
        <source>{count} of {total} defects escape.</source>
        <translation>{total} 个缺陷中有 {count} 个漏检。</translation>
    </message>
    <message>
        <source>{count} of {total} good parts are rejected.</source>
        <translation>{total} 个良品中有 {count} 个误判。</translation>
    </message>
    <message>
        <source>{count} of {total}; up to {bound} to be expected (95 % sure, one-sided)</source>
        <translation>{total} 中有 {count}；预计不超过 {bound}（95 % 置信度，单侧）</translation>
    </message>
    <message>
        <source>{count} pictures have no annotation: they stay as they are.</source>
        <translation>{count} 张图像没有标注：保持原样。</translation>
    </message>
    <message>
        <source>{count} threads</source>
        <translation>{count} 个线程</translation>
    </message>
    <message>
        <source>{count}, {rounding} by rounding alone</source>
        <translation>{count}，其中 {rounding} 仅因舍入</translation>
    </message>
    <message>
        <source>{folder} is there already.</source>
        <translation>{folder} 已存在。</translation>
    </message>
    <message>
        <source>{folds} rounds of checking the good images do not work.</source>
        <translation>无法分 {folds} 轮检查良品图像。</translation>
    </message>
    <message>
        <source>{good} good, {defect} defect images</source>
        <translation>{good} 张良品图像，{defect} 张缺陷图像</translation>
    </message>
    <message>
        <source>{height} x {width}, {fit}</source>
        <translation>{height} x {width}，{fit}</translation>
    </message>
    <message>
        <source>{missed} of {defect} defects missed: up to {escape_bound} may escape; {rejected} of {good} good parts rejected: up to {reject_bound} may be rejected (95 % sure, one-sided)</source>
        <translation>{defect} 张缺陷中漏检 {missed} 张：漏检率最高可达 {escape_bound}；{good} 张良品中误判 {rejected} 张：误判率最高可达 {reject_bound}（单侧 95% 置信度）</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}</source>
        <translation>无法读取 {name}：{reason}</translation>
    </message>
    <message>
        <source>{name} has too many files to be packed: {count}.</source>
        <translation>{name} 的文件过多，无法打包：{count} 个。</translation>
    </message>
    <message>
        <source>{name} is damaged, or is no packed project: nothing was unpacked.</source>
        <translation>{name} 已损坏，或不是打包的项目：未解包任何内容。</translation>
    </message>
    <message>
        <source>{name} was packed by a newer version of Flawsight.</source>
        <translation>{name} 由较新版本的 Flawsight 打包。</translation>
    </message>
    <message>
        <source>{name}, which this patch comes from, is not here or has been changed. Add the folder of the good parts to see it.</source>
        <translation>此图像块所属的 {name} 不在此处或已改动。请添加良品文件夹以查看。</translation>
    </message>
    <message>
        <source>{number} %</source>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>{one} {other}</source>
        <translation>{one}{other}</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}).</source>
        <translation>无法写入 {path}（{reason}）。</translation>
    </message>
    <message>
        <source>{path} is damaged or of another version.</source>
        <translation>{path} 已损坏，或属于其他版本。</translation>
    </message>
    <message>
        <source>{rejected} of {good} held-out good parts rejected: up to {reject_bound} may be rejected (95 % sure, one-sided)</source>
        <translation>{good} 张留出的良品中误判 {rejected} 张：误判率最高可达 {reject_bound}（单侧 95% 置信度）</translation>
    </message>
    <message>
        <source>Make room on the drive for temporary files, or choose smaller frames or fewer images.</source>
        <translation>请为临时文件所在的磁盘腾出空间，或选择更小的输入尺寸或更少的图像。</translation>
    </message>
    <message>
        <source>0.2 keeps every fifth good image for judging the limits; 0 works with rounds of checking.</source>
        <translation>0.2 表示保留五分之一的良品图像用于评判阈值；分轮检查时可为 0。</translation>
    </message>
    <message>
        <source>Bring each feature to the same spread first. Otherwise all are divided by one number, so that those that vary most count most, as they do in PatchCore. No effect on speed.</source>
        <translation>先使每个特征具有相同的离散程度。否则所有特征除以同一个数，变化最大的特征影响最大，与 PatchCore 相同。不影响速度。</translation>
    </message>
    <message>
        <source>Choose another, or fetch it again: it has to be the plain weights in safetensors&apos; format or PyTorch&apos;s.</source>
        <translation>请选择其他文件，或重新获取：它必须是 safetensors 或 PyTorch 格式的纯权重。</translation>
    </message>
    <message>
        <source>Choose sides of at least {least} pixels.</source>
        <translation>请选择至少 {least} 像素的边长。</translation>
    </message>
    <message>
        <source>Choose smaller frames.</source>
        <translation>请选择更小的输入尺寸。</translation>
    </message>
    <message>
        <source>Discriminators</source>
        <translation>判别器数量</translation>
    </message>
    <message>
        <source>Frames of {height} × {width} pixels are too small for EfficientAD.</source>
        <translation>{height} × {width} 像素的输入尺寸对 EfficientAD 来说太小。</translation>
    </message>
    <message>
        <source>Measuring good images</source>
        <translation>正在测量良品图像</translation>
    </message>
    <message>
        <source>Most patches remembered</source>
        <translation>记忆图像块上限</translation>
    </message>
    <message>
        <source>Move the image limit</source>
        <translation>移动图像阈值</translation>
    </message>
    <message>
        <source>Move the pixel limit</source>
        <translation>移动像素阈值</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>近邻数</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>None of the missing files is in {folder}.</source>
        <translation>{folder} 中没有任何缺失的文件。</translation>
    </message>
    <message>
        <source>None of the {count} files can be read as an image. The first one: {reason}</source>
        <translation>{count} 个文件均无法作为图像读取。第一个文件：{reason}</translation>
    </message>
    <message>
        <source>None of the {count} images can be evaluated. The first one: {reason}</source>
        <translation>{count} 张图像均无法评估。第一张：{reason}</translation>
    </message>
    <message>
        <source>Numbers that describe a patch; 0 chooses: the backbone&apos;s own width, at most 1024. Memory, model size and time grow with it; a small value costs accuracy.</source>
        <translation>描述一个图像块的数值个数；0 表示自动：取骨干网络自身的宽度，最多 1024。内存、模型大小和耗时随之增长；取值过小会降低准确度。</translation>
    </message>
    <message>
        <source>Numbers that describe a patch; 0 chooses: the backbone&apos;s own width, at most 1536. Memory, model size and time grow with it; a small value costs accuracy.</source>
        <translation>描述一个图像块的数值个数；0 表示自动：取骨干网络自身的宽度，最多 1536。内存、模型大小和耗时随之增长；取值过小会降低准确度。</translation>
    </message>
    <message>
        <source>ONNX Runtime cannot run this backbone here: {reason}.</source>
        <translation>ONNX Runtime 在本机无法运行该骨干网络：{reason}。</translation>
    </message>
    <message>
        <source>ONNX Runtime computes on the CPU here, not on {device}.</source>
        <translation>ONNX Runtime 在此只能使用 CPU 计算，不能使用 {device}。</translation>
    </message>
    <message>
        <source>Open it with the version that made it, or update this program.</source>
        <translation>请用创建它的版本打开，或更新本程序。</translation>
    </message>
    <message>
        <source>Open it, or choose another name.</source>
        <translation>请打开该项目，或另取名称。</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>PDN medium (published, or own file)</source>
        <translation>PDN medium（已发布的或自备文件）</translation>
    </message>
    <message>
        <source>PDN small (published, or own file)</source>
        <translation>PDN small（已发布的或自备文件）</translation>
    </message>
    <message>
        <source>Passes</source>
        <translation>遍历次数</translation>
    </message>
    <message>
        <source>Please report this with the model file; a model of the other algorithm may do in the meantime.</source>
        <translation>请连同模型文件反馈此问题；在此期间可以改用另一种算法的模型。</translation>
    </message>
    <message>
        <source>Preparing the graph</source>
        <translation>正在准备计算图</translation>
    </message>
    <message>
        <source>Put the masks of this picture into it.</source>
        <translation>请将该图像的掩膜放入其中。</translation>
    </message>
    <message>
        <source>Read images</source>
        <translation>读取图像</translation>
    </message>
    <message>
        <source>Reading good images</source>
        <translation>正在读取良品图像</translation>
    </message>
    <message>
        <source>Remembers typical good patches and measures how far each new patch is from them: a strong first choice, also when parts are turned or shifted.</source>
        <translation>记忆典型的良品图像块，并衡量新图像块与它们的距离：首选算法，工件旋转或偏移时同样适用。</translation>
    </message>
    <message>
        <source>Remove images</source>
        <translation>移除图像</translation>
    </message>
    <message>
        <source>Remove model</source>
        <translation>删除模型</translation>
    </message>
    <message>
        <source>Restore it from a backup, or make a new project from the same images.</source>
        <translation>请从备份恢复，或用相同的图像新建项目。</translation>
    </message>
    <message>
        <source>Resume that run, or remove the file.</source>
        <translation>请继续那次运行，或删除该文件。</translation>
    </message>
    <message>
        <source>Save it with 8 or 16 bits, or as 32-bit floating point, with grey or RGB pixels side by side.</source>
        <translation>请另存为 8 位、16 位或 32 位浮点格式，像素为灰度或逐像素交错的 RGB。</translation>
    </message>
    <message>
        <source>Scoring</source>
        <translation>正在计算得分</translation>
    </message>
    <message>
        <source>Set limits</source>
        <translation>设定阈值</translation>
    </message>
    <message>
        <source>Set limits by rule</source>
        <translation>按规则设定阈值</translation>
    </message>
    <message>
        <source>Setting limits</source>
        <translation>正在设定阈值</translation>
    </message>
    <message>
        <source>Share of patches a step</source>
        <translation>每步图像块比例</translation>
    </message>
    <message>
        <source>Share of patches remembered</source>
        <translation>记忆图像块比例</translation>
    </message>
    <message>
        <source>Show general pictures</source>
        <translation>展示一般图像</translation>
    </message>
    <message>
        <source>Show the student drawn pictures of nothing in particular, too, so that it does not learn to imitate what good parts do not have. Training takes a quarter longer.</source>
        <translation>同时向学生网络展示程序绘制的一般图像，使其不会学着模仿良品上没有的东西。训练时间增加四分之一。</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>So many parts of the network learn to judge, each by itself; the score is their mean. More vary less by chance; 1 is the paper&apos;s way. No effect on speed.</source>
        <translation>网络分成这么多部分，各自独立学习判断；分数取其平均值。越多，结果受偶然因素的影响越小；1 为论文的做法。不影响速度。</translation>
    </message>
    <message>
        <source>Solving covariances</source>
        <translation>正在求解协方差</translation>
    </message>
    <message>
        <source>Standardise features</source>
        <translation>标准化特征</translation>
    </message>
    <message>
        <source>Switch review off</source>
        <translation>关闭复核</translation>
    </message>
    <message>
        <source>Switch review on</source>
        <translation>启用复核</translation>
    </message>
    <message>
        <source>Take the label away</source>
        <translation>取消标注</translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation>教师网络</translation>
    </message>
    <message>
        <source>The best F1 needs both good and defective images.</source>
        <translation>计算最佳 F1 需要良品和缺陷图像。</translation>
    </message>
    <message>
        <source>The best F1 of the map needs images with defect masks.</source>
        <translation>计算热力图的最佳 F1 需要带缺陷掩膜的图像。</translation>
    </message>
    <message>
        <source>The checkpoint belongs to another run: {names} differ.</source>
        <translation>该检查点属于另一次运行：{names} 不同。</translation>
    </message>
    <message>
        <source>The checkpoint {path} is damaged.</source>
        <translation>检查点 {path} 已损坏。</translation>
    </message>
    <message>
        <source>The device {asked} is not available on this computer.</source>
        <translation>本机没有可用的设备 {asked}。</translation>
    </message>
    <message>
        <source>The disk is full: make room, then try again.</source>
        <translation>磁盘已满：请腾出空间后重试。</translation>
    </message>
    <message>
        <source>The download of {title} arrived incomplete or changed: {done} of {total} bytes, wrong checksum.</source>
        <translation>下载的 {title} 不完整或已被改动：{total} 字节中收到 {done} 字节，校验和不符。</translation>
    </message>
    <message>
        <source>The features of the images fit neither into memory nor onto the disk: {reason}.</source>
        <translation>内存和磁盘都容纳不下这些图像的特征：{reason}。</translation>
    </message>
    <message>
        <source>The file or its folder cannot be written: copy the project to a place of your own to change it.</source>
        <translation>文件或其所在文件夹不可写入：如需更改，请将项目复制到您有权限的位置。</translation>
    </message>
    <message>
        <source>The file {file} is not {title}&apos;s published weights, or it is damaged.</source>
        <translation>文件 {file} 不是 {title} 的官方权重，或已损坏。</translation>
    </message>
    <message>
        <source>The files in {folder} have the names of the missing ones, but are others.</source>
        <translation>{folder} 中的文件与缺失文件同名，但内容不同。</translation>
    </message>
    <message>
        <source>The folder cannot be written: choose another, or ask for the rights.</source>
        <translation>文件夹不可写入：请另选文件夹或申请权限。</translation>
    </message>
    <message>
        <source>The folder or its drive is not there any more: choose another.</source>
        <translation>文件夹或其所在磁盘已不存在：请另选文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} holds other files, which an export would remove.</source>
        <translation>文件夹 {folder} 中有其他文件，导出会将其删除。</translation>
    </message>
    <message>
        <source>The folder “{name}” holds no masks.</source>
        <translation>文件夹“{name}”中没有掩膜。</translation>
    </message>
    <message>
        <source>The folder “{name}” holds {count} data sets ({names}).</source>
        <translation>文件夹“{name}”中有 {count} 个数据集（{names}）。</translation>
    </message>
    <message>
        <source>The folder “{name}” is not there.</source>
        <translation>文件夹“{name}”不存在。</translation>
    </message>
    <message>
        <source>The folder “{name}” is there already and holds something else.</source>
        <translation>文件夹“{name}”已存在，且其中有其他内容。</translation>
    </message>
    <message>
        <source>The held-out share is {share:g}, but has to lie between 0 and 1.</source>
        <translation>留出比例为 {share:g}，但必须介于 0 和 1 之间。</translation>
    </message>
    <message>
        <source>The images cannot be read.</source>
        <translation>图像无法读取。</translation>
    </message>
    <message>
        <source>The mask “{name}” has {mask_width} × {mask_height} pixels, but its picture has {width} × {height}.</source>
        <translation>掩膜“{name}”为 {mask_width} × {mask_height} 像素，而对应图像为 {width} × {height}。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read: {reason}.</source>
        <translation>模型文件 {path} 无法读取：{reason}。</translation>
    </message>
    <message>
        <source>The model was trained on all of these images: they say nothing about new ones.</source>
        <translation>这些图像全部参与过训练，无法反映模型在新图像上的表现。</translation>
    </message>
    <message>
        <source>The model {path} is damaged.</source>
        <translation>模型 {path} 已损坏。</translation>
    </message>
    <message>
        <source>The paper takes 70,000, with a GPU. Training time grows with it, inspection does not. On a CPU a step takes seconds: a thousand of them an hour or more, and PatchCore is the better choice.</source>
        <translation>论文使用 GPU 训练 70,000 步。训练时间随之增长，检测时间不变。在 CPU 上每步需要数秒：一千步需要一小时以上，此时 PatchCore 是更好的选择。</translation>
    </message>
    <message>
        <source>The picture “{name}” could not be packed.</source>
        <translation>图像“{name}”无法编码。</translation>
    </message>
    <message>
        <source>The pretrained network that describes each spot. EfficientNet-Lite0 comes with the program and is the fastest. Wide-ResNet-50-2, the papers&apos; choice, is often more accurate, about ten times slower, and its weights have to be fetched once.</source>
        <translation>提取各位置特征的预训练网络。EfficientNet-Lite0 随程序提供，速度最快。论文采用的 Wide-ResNet-50-2 通常更准确，但约慢十倍，且需下载一次权重。</translation>
    </message>
    <message>
        <source>The pretrained network that is imitated. The small one comes with the program, but has been trained for a short time only: a published one, given by file, tells more. The medium one is slower and a little more accurate.</source>
        <translation>被模仿的预训练网络。小型网络随程序提供，但训练时间很短：用文件提供的已发布网络效果更好。中型网络更慢，精度略高。</translation>
    </message>
    <message>
        <source>The project {path} cannot be read: {reason}.</source>
        <translation>项目 {path} 无法读取：{reason}。</translation>
    </message>
    <message>
        <source>The project {path} could not be saved; nothing was changed.</source>
        <translation>项目 {path} 无法保存，未做任何更改。</translation>
    </message>
    <message>
        <source>The project {path} is damaged and was left as it is.</source>
        <translation>项目 {path} 已损坏，已保持原样。</translation>
    </message>
    <message>
        <source>The quantile for the limits is {quantile:g}, but has to lie between 0.5 and 1.</source>
        <translation>阈值分位数为 {quantile:g}，但必须介于 0.5 和 1 之间。</translation>
    </message>
    <message>
        <source>The run is over: it has taken all its {steps} steps.</source>
        <translation>运行已结束：全部 {steps} 步均已完成。</translation>
    </message>
    <message>
        <source>The score of a patch is the mean distance to this many most similar good patches. More is calmer when a few odd parts got among the good ones, and blunter. Little effect on speed.</source>
        <translation>图像块的得分为其与若干个最相似良品图像块的平均距离，此处设定个数。个数越多，对混入良品中的少量异常件越不敏感，但对细微缺陷也越迟钝。对速度影响很小。</translation>
    </message>
    <message>
        <source>The settings may come from a newer version: update the program.</source>
        <translation>该设置可能来自更新的版本：请更新程序。</translation>
    </message>
    <message>
        <source>The stored model does not fit its backbone.</source>
        <translation>保存的模型与其骨干网络不匹配。</translation>
    </message>
    <message>
        <source>The stored model does not fit: its part &apos;{name}&apos; is missing or damaged.</source>
        <translation>保存的模型不可用：其中的“{name}”部分缺失或损坏。</translation>
    </message>
    <message>
        <source>The stored model remembers no patch.</source>
        <translation>保存的模型中没有任何图像块。</translation>
    </message>
    <message>
        <source>The training did not succeed: its loss is not a number.</source>
        <translation>训练未成功：损失不是有效数字。</translation>
    </message>
    <message>
        <source>The training ends where the mean loss of a pass is this small: nearly all patches are then told from the made-up defects. Less takes longer, most of all with little noise, and may learn the good images by heart.</source>
        <translation>当一轮的平均损失小到此值时训练结束：此时几乎所有图像块都能与人造缺陷区分。值越小训练越久（噪声小时尤其如此），并且可能死记良品图像。</translation>
    </message>
    <message>
        <source>The weights file does not fit {title}.</source>
        <translation>权重文件与 {title} 不匹配。</translation>
    </message>
    <message>
        <source>The weights file {file} cannot be read: {reason}.</source>
        <translation>权重文件 {file} 无法读取：{reason}。</translation>
    </message>
    <message>
        <source>The weights file {file} cannot be understood.</source>
        <translation>权重文件 {file} 无法解析。</translation>
    </message>
    <message>
        <source>The weights of {title} are missing from this installation.</source>
        <translation>本次安装缺少 {title} 的权重。</translation>
    </message>
    <message>
        <source>The weights of {title} are not on this computer.</source>
        <translation>本机没有 {title} 的权重。</translation>
    </message>
    <message>
        <source>The weights of {title} come with the program.</source>
        <translation>{title} 的权重已随程序提供。</translation>
    </message>
    <message>
        <source>The weights of {title} could not be fetched: {reason}.</source>
        <translation>无法下载 {title} 的权重：{reason}。</translation>
    </message>
    <message>
        <source>There are no figures yet.</source>
        <translation>暂无指标。</translation>
    </message>
    <message>
        <source>Train a model and label pictures first.</source>
        <translation>请先训练模型并标注图像。</translation>
    </message>
    <message>
        <source>There are no good images to learn from.</source>
        <translation>没有可供学习的良品图像。</translation>
    </message>
    <message>
        <source>There are no good pictures for training.</source>
        <translation>没有可用于训练的良品图像。</translation>
    </message>
    <message>
        <source>There are no labelled images to evaluate on.</source>
        <translation>没有可用于评估的已标注图像。</translation>
    </message>
    <message>
        <source>There are no pictures in the folder “{name}”.</source>
        <translation>文件夹“{name}”中没有图像。</translation>
    </message>
    <message>
        <source>There is a checkpoint of an earlier run: {path}.</source>
        <translation>已有先前运行的检查点：{path}。</translation>
    </message>
    <message>
        <source>There is already a project at {path}.</source>
        <translation>{path} 处已有项目。</translation>
    </message>
    <message>
        <source>There is no backbone named {name}.</source>
        <translation>没有名为 {name} 的骨干网络。</translation>
    </message>
    <message>
        <source>There is no checkpoint {path}.</source>
        <translation>没有检查点 {path}。</translation>
    </message>
    <message>
        <source>There is no detector of the kind {kind}.</source>
        <translation>没有 {kind} 类型的检测算法。</translation>
    </message>
    <message>
        <source>There is no device called {asked}.</source>
        <translation>没有名为 {asked} 的设备。</translation>
    </message>
    <message>
        <source>There is no engine called {name}.</source>
        <translation>没有名为 {name} 的推理引擎。</translation>
    </message>
    <message>
        <source>There is no file to choose for it.</source>
        <translation>无需为其选择文件。</translation>
    </message>
    <message>
        <source>There is no good image to set the limit on.</source>
        <translation>没有可用于设定阈值的良品图像。</translation>
    </message>
    <message>
        <source>There is no image to compare the exported file with the program on.</source>
        <translation>没有可用于比对导出文件与本程序的图像。</translation>
    </message>
    <message>
        <source>There is no model file {path}.</source>
        <translation>模型文件 {path} 不存在。</translation>
    </message>
    <message>
        <source>There is no model yet.</source>
        <translation>暂无模型。</translation>
    </message>
    <message>
        <source>There is no project at {path}.</source>
        <translation>{path} 处没有项目。</translation>
    </message>
    <message>
        <source>There is no project open.</source>
        <translation>没有打开的项目。</translation>
    </message>
    <message>
        <source>There is no rule {rule}.</source>
        <translation>没有规则 {rule}。</translation>
    </message>
    <message>
        <source>There is no teacher {title} on this computer.</source>
        <translation>本机没有教师网络 {title}。</translation>
    </message>
    <message>
        <source>There is not enough memory for even one image.</source>
        <translation>内存不足，连一张图像也无法处理。</translation>
    </message>
    <message>
        <source>There is not enough memory.</source>
        <translation>内存不足。</translation>
    </message>
    <message>
        <source>There is nothing to report: no labelled image has a score.</source>
        <translation>没有可报告的内容：已标注的图像均无得分。</translation>
    </message>
    <message>
        <source>There is only one usable good image. At least 2 different ones are needed: one to learn from and one to set the limits on.</source>
        <translation>可用的良品图像只有一张。至少需要 2 张不同的图像：一张用于学习，一张用于设定阈值。</translation>
    </message>
    <message>
        <source>This detector has not learned anything yet.</source>
        <translation>该检测算法尚未训练。</translation>
    </message>
    <message>
        <source>This project is open for reading only.</source>
        <translation>该项目以只读方式打开。</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Train it on good images first.</source>
        <translation>请先用良品图像进行训练。</translation>
    </message>
    <message>
        <source>Train one first.</source>
        <translation>请先训练模型。</translation>
    </message>
    <message>
        <source>Train the model again.</source>
        <translation>请重新训练模型。</translation>
    </message>
    <message>
        <source>Training steps</source>
        <translation>训练步数</translation>
    </message>
    <message>
        <source>Training student and autoencoder</source>
        <translation>正在训练学生网络和自编码器</translation>
    </message>
    <message>
        <source>Training the discriminator</source>
        <translation>正在训练判别网络</translation>
    </message>
    <message>
        <source>Trains a small network to tell good patches from made-up defects: small models, inspected as fast as PatchCore&apos;s, for a longer training.</source>
        <translation>训练一个小网络来区分良品图块与人造缺陷：模型小，检测速度与 PatchCore 相当，但训练时间较长。</translation>
    </message>
    <message>
        <source>Trains a student to imitate a teacher on good parts: for a GPU, and for defects of arrangement, too; on a CPU choose PatchCore.</source>
        <translation>训练学生网络在良品上模仿教师网络：适合 GPU，也能发现布局类缺陷；在 CPU 上请选择 PatchCore。</translation>
    </message>
    <message>
        <source>Try again, or fetch {url} yourself and put {file} into {folder}.</source>
        <translation>请重试，或自行下载 {url} 并将 {file} 放入 {folder}。</translation>
    </message>
    <message>
        <source>Update Flawsight to open it.</source>
        <translation>请更新 Flawsight 后再打开。</translation>
    </message>
    <message>
        <source>Update Flawsight, or export the model again from the version that made it.</source>
        <translation>请更新 Flawsight，或用创建该模型的版本重新导出。</translation>
    </message>
    <message>
        <source>Update the program, or choose one of {kinds}.</source>
        <translation>请更新程序，或选择以下之一：{kinds}。</translation>
    </message>
    <message>
        <source>Upper limit of the memory, whatever the share says, so that inspection stays fast however many images are learned: time per image and model size grow with it. With few images the share decides.</source>
        <translation>记忆库的上限，优先于比例设置；无论学习多少图像，检测都能保持快速。单张耗时和模型大小随之增长。图像较少时由比例决定。</translation>
    </message>
    <message>
        <source>Use PNG, JPEG, BMP, TIFF or WebP; a file of that name may hold something else or be broken.</source>
        <translation>请使用 PNG、JPEG、BMP、TIFF 或 WebP；该文件的实际内容可能与扩展名不符，或已损坏。</translation>
    </message>
    <message>
        <source>Use for training</source>
        <translation>用于训练</translation>
    </message>
    <message>
        <source>Use for tuning</source>
        <translation>用于阈值调整</translation>
    </message>
    <message>
        <source>Use pictures with at least {limit} pixels on each side.</source>
        <translation>请使用每边至少 {limit} 像素的图像。</translation>
    </message>
    <message>
        <source>Values in the middle of the trained network. Training and inspection time and model size grow with it.</source>
        <translation>所训练网络中间层的数值个数。训练和检测耗时以及模型大小随之增长。</translation>
    </message>
    <message>
        <source>Wait until it has ended, or stop it.</source>
        <translation>请等待其结束，或将其停止。</translation>
    </message>
    <message>
        <source>Weigh the image score</source>
        <translation>图像得分加权</translation>
    </message>
    <message>
        <source>Which share of all good patches the memory keeps, chosen so that every good patch has a near neighbour in it. A smaller share trains and inspects faster; 0.01 is usually almost as accurate as 0.1.</source>
        <translation>记忆库保留的良品图像块比例；筛选时保证每个良品图像块在库中都有近邻。比例越小，训练和检测越快；0.01 的准确度通常与 0.1 相差无几。</translation>
    </message>
    <message>
        <source>Width of the blur over the heat map, in pixels of a 256-pixel frame. Less shows finer marks and more noise. No effect on speed.</source>
        <translation>热力图的模糊宽度，以 256 像素输入尺寸下的像素计。值越小，显示的痕迹越细，噪声也越多。不影响速度。</translation>
    </message>
    <message>
        <source>Width of the network</source>
        <translation>网络宽度</translation>
    </message>
    <message>
        <source>With few images, go through them more often until so many steps are made. Training time grows with it.</source>
        <translation>图像较少时，增加遍历次数，直到达到这一步数。训练耗时随之增长。</translation>
    </message>
    <message>
        <source>Write it as a PNG file.</source>
        <translation>请改存为 PNG 文件。</translation>
    </message>
    <message>
        <source>Writing the graph</source>
        <translation>正在写出计算图</translation>
    </message>
    <message>
        <source>quality {step}</source>
        <translation>质量 {step}</translation>
    </message>
    <message>
        <source>set by hand</source>
        <translation>手动设定</translation>
    </message>
    <message>
        <source>{count} photographs are too few.</source>
        <translation>{count} 张照片太少。</translation>
    </message>
    <message>
        <source>{count} threads cannot work.</source>
        <translation>线程数 {count} 无效。</translation>
    </message>
    <message>
        <source>{engine} computes other features than PyTorch on this computer: they differ by {difference:.2g} of the largest one, and {tolerance:g} is allowed.</source>
        <translation>在本机上，{engine} 计算的特征与 PyTorch 不一致：相对最大值的偏差为 {difference:.2g}，允许值为 {tolerance:g}。</translation>
    </message>
    <message>
        <source>{images} good images: {rejected} of their area marked</source>
        <translation>{images} 张良品图像：其中 {rejected} 的面积被标出</translation>
    </message>
    <message>
        <source>{images} images: {missed} of the defective area missed, {rejected} of the good area marked</source>
        <translation>{images} 张图像：缺陷面积漏检 {missed}，正常面积误标 {rejected}</translation>
    </message>
    <message>
        <source>{name} cannot be read any more: {reason}</source>
        <translation>{name} 已无法读取：{reason}</translation>
    </message>
    <message>
        <source>{name} is damaged: what is in it does not make a model.</source>
        <translation>{name} 已损坏：其内容不构成有效模型。</translation>
    </message>
    <message>
        <source>{name} is incomplete: the file was cut off, or its contents do not fit its header.</source>
        <translation>{name} 不完整：文件被截断，或内容与文件头不符。</translation>
    </message>
    <message>
        <source>{name} is not a Flawsight model.</source>
        <translation>{name} 不是 Flawsight 模型。</translation>
    </message>
    <message>
        <source>{name} was made by a newer version of Flawsight (model format {found}, this one reads up to {known}).</source>
        <translation>{name} 由更新版本的 Flawsight 创建（模型格式 {found}，本版本最高支持 {known}）。</translation>
    </message>
    <message>
        <source>{name} was made with the algorithm {kind}, which this version does not know.</source>
        <translation>{name} 使用算法 {kind} 创建，本版本不支持该算法。</translation>
    </message>
    <message>
        <source>{name} was trained with other weights of {backbone} than the ones found here; its scores would be wrong.</source>
        <translation>{name} 训练时使用的 {backbone} 权重与本机的不同，得分会有误。</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}); nothing was changed.</source>
        <translation>{path} 无法写入（{reason}），未做任何更改。</translation>
    </message>
    <message>
        <source>{path} is not a Flawsight project.</source>
        <translation>{path} 不是 Flawsight 项目。</translation>
    </message>
    <message>
        <source>{path} was made by a newer version of Flawsight.</source>
        <translation>{path} 由更新版本的 Flawsight 创建。</translation>
    </message>
    <message>
        <source>{rule}, provisional</source>
        <translation>{rule}，暂定</translation>
    </message>
    <message>
        <source>{seconds} s, {memory} MB at most, {device}</source>
        <translation>{seconds} 秒，最多 {memory} MB，{device}</translation>
    </message>
    <message>
        <source>{shown} of {total} shown</source>
        <translation>显示 {total} 张中的 {shown} 张</translation>
    </message>
    <message>
        <source>{step} % less contrast</source>
        <translation>对比度降低 {step}%</translation>
    </message>
    <message>
        <source>{step} % less light</source>
        <translation>光量减少 {step}%</translation>
    </message>
    <message>
        <source>{step} % more light</source>
        <translation>光量增加 {step}%</translation>
    </message>
    <message>
        <source>{step} % of the shorter side</source>
        <translation>短边的 {step}%</translation>
    </message>
    <message>
        <source>{step} degrees</source>
        <translation>{step} 度</translation>
    </message>
    <message>
        <source>{step} grey levels</source>
        <translation>{step} 个灰度级</translation>
    </message>
    <message>
        <source>{title} ({count})</source>
        <translation>{title}（{count}）</translation>
    </message>
    <message>
        <source>{title} has no setting named {names}.</source>
        <translation>{title} 没有名为 {names} 的设置。</translation>
    </message>
    <message>
        <source>{title} is trained in steps: checking the good images in rounds would be as many whole trainings.</source>
        <translation>{title} 分步训练：分轮检查良品图像相当于同样次数的完整训练。</translation>
    </message>
    <message>
        <source>{value} does not work for &apos;{label}&apos;.</source>
        <translation>“{label}”不能设为 {value}。</translation>
    </message>
    <message>
        <source>“{fit}” is no way to fit a picture.</source>
        <translation>“{fit}”不是有效的适配方式。</translation>
    </message>
    <message>
        <source>“{label}” is no label.</source>
        <translation>“{label}”不是标注。</translation>
    </message>
    <message>
        <source>“{name}” could not be read: {reason}.</source>
        <translation>“{name}”无法读取：{reason}。</translation>
    </message>
    <message>
        <source>“{name}” has only {width} × {height} pixels.</source>
        <translation>“{name}”只有 {width} × {height} 像素。</translation>
    </message>
    <message>
        <source>“{name}” has {width} × {height} pixels, more than can be held (100 megapixels at most).</source>
        <translation>“{name}”为 {width} × {height} 像素，超出可处理范围（最多 1 亿像素）。</translation>
    </message>
    <message>
        <source>“{name}” is a folder, not a picture.</source>
        <translation>“{name}”是文件夹，不是图像。</translation>
    </message>
    <message>
        <source>“{name}” is a kind of TIFF that cannot be read here ({bits} bits, {channels} channels, {number} numbers).</source>
        <translation>“{name}”是不支持的 TIFF 类型（{bits} 位，{channels} 通道，数值类型 {number}）。</translation>
    </message>
    <message>
        <source>“{name}” is already there, and no file is replaced.</source>
        <translation>“{name}”已存在，不会替换任何文件。</translation>
    </message>
    <message>
        <source>“{name}” is broken ({reason}).</source>
        <translation>“{name}”已损坏（{reason}）。</translation>
    </message>
    <message>
        <source>“{name}” is broken or cut off: it cannot be decoded to its end.</source>
        <translation>“{name}”已损坏或被截断，无法完整解码。</translation>
    </message>
    <message>
        <source>“{name}” is empty: it holds no bytes at all.</source>
        <translation>“{name}”是空文件，不含任何数据。</translation>
    </message>
    <message>
        <source>“{name}” is larger than {limit} GB.</source>
        <translation>“{name}”大于 {limit} GB。</translation>
    </message>
    <message>
        <source>“{name}” is larger than {limit} MB.</source>
        <translation>“{name}”大于 {limit} MB。</translation>
    </message>
    <message>
        <source>“{name}” is neither a file of labelme nor one of COCO.</source>
        <translation>“{name}”既不是 labelme 文件，也不是 COCO 文件。</translation>
    </message>
    <message>
        <source>“{name}” is not a file.</source>
        <translation>“{name}”不是文件。</translation>
    </message>
    <message>
        <source>“{name}” is not a path.</source>
        <translation>“{name}”不是有效路径。</translation>
    </message>
    <message>
        <source>“{name}” is not a picture that can be read here.</source>
        <translation>“{name}”不是可读取的图像。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more.</source>
        <translation>“{name}”已不存在。</translation>
    </message>
    <message>
        <source>“{name}” is not written in UTF-8.</source>
        <translation>“{name}”不是 UTF-8 编码。</translation>
    </message>
    <message>
        <source>“{name}” may not be read.</source>
        <translation>“{name}”没有读取权限。</translation>
    </message>
</context>
</TS>
