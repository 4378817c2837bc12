; Inno Setup 6: iscc /DVersion=0.1.0 packaging\windows\flawsight.iss, after PyInstaller made dist\flawsight.
; Not run yet: see packaging/README.md.

#ifndef Version
  #error Say the version: iscc /DVersion=...
#endif

[Setup]
AppId={{67D80FA1-F3BD-407A-B391-CB972AB3BBEE}
AppName=Flawsight
AppVersion={#Version}
AppPublisher=Flawsight
DefaultDirName={autopf}\Flawsight
DefaultGroupName=Flawsight
DisableProgramGroupPage=yes
; For one person without administrator's rights, or for all with them.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\flawsight\icons\flawsight.ico
UninstallDisplayIcon={app}\flawsight.exe
OutputDir=..\..\dist
OutputBaseFilename=flawsight-{#Version}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
ChangesEnvironment=yes
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked
Name: "associate"; Description: "Open projects (.flawsight) and models (.flawmodel) with Flawsight"
Name: "path"; Description: "Make flawsight-cli known to every terminal (PATH)"; Flags: unchecked

[InstallDelete]
; What an earlier version had and this one has not would be imported all the same.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\flawsight\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Flawsight"; Filename: "{app}\flawsight.exe"
Name: "{autodesktop}\Flawsight"; Filename: "{app}\flawsight.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.flawsight"; ValueType: string; ValueData: "Flawsight.Project"; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\.flawmodel"; ValueType: string; ValueData: "Flawsight.Model"; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Project"; ValueType: string; ValueData: "Flawsight project"; Flags: uninsdeletekey; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\flawsight.exe,0"; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Project\shell\open\command"; ValueType: string; ValueData: """{app}\flawsight.exe"" ""%1"""; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Model"; ValueType: string; ValueData: "Flawsight model"; Flags: uninsdeletekey; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Model\DefaultIcon"; ValueType: string; ValueData: "{app}\flawsight.exe,0"; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Flawsight.Model\shell\open\command"; ValueType: string; ValueData: """{app}\flawsight.exe"" ""%1"""; Tasks: associate
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: not IsOnPath

[Run]
Filename: "{app}\flawsight.exe"; Description: "{cm:LaunchProgram,Flawsight}"; Flags: nowait postinstall skipifsilent

[Code]
function IsOnPath: Boolean;
var
  Path: string;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';') > 0;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Path, Own: string;
  Found: Integer;
begin
  if (Step <> usPostUninstall) or not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    exit;
  Own := ';' + ExpandConstant('{app}');
  Found := Pos(Lowercase(Own + ';'), Lowercase(Path + ';'));
  if Found > 0 then
  begin
    Delete(Path, Found, Length(Own));
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
  end;
end;
