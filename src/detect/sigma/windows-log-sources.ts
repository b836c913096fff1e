import type { SigmaLogSource } from './sigma-rule.ts';

/** Some of the events of Windows: by channel and event id, or by the provider of a trace. */
export interface WindowsEvents {
  /** Without regard to case, as everywhere in Sigma. */
  readonly channels: readonly string[];
  readonly ids?: readonly number[];
  readonly provider?: string;
  /** Fields that these events call otherwise than Sysmon does. */
  readonly fields?: Readonly<Record<string, string>>;
}

const sysmon = ['Microsoft-Windows-Sysmon/Operational'];
const powerShell = ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'];
const classicPowerShell = ['Windows PowerShell'];

const ofSysmon = (...ids: readonly number[]): readonly WindowsEvents[] => [{ channels: sysmon, ids }];
const ofKernelFile: readonly WindowsEvents[] = [{ channels: [], provider: 'Microsoft-Windows-Kernel-File' }];

/** Security 4688, "A new process has been created": another program's view of what Sysmon calls event 1. */
const process4688: WindowsEvents = {
  channels: ['Security'],
  ids: [4688],
  fields: {
    Image: 'NewProcessName',
    ParentImage: 'ParentProcessName',
    ProcessId: 'NewProcessId',
    ParentProcessId: 'ProcessId',
    LogonId: 'SubjectLogonId',
  },
};

/** Specification 2.1, appendix "Taxonomy", "Windows Folder", "Category". */
const categories: Readonly<Record<string, readonly WindowsEvents[]>> = {
  process_creation: [...ofSysmon(1), process4688],
  file_change: ofSysmon(2),
  network_connection: ofSysmon(3),
  sysmon_status: ofSysmon(4, 16),
  process_termination: ofSysmon(5),
  driver_load: ofSysmon(6),
  image_load: ofSysmon(7),
  create_remote_thread: ofSysmon(8),
  raw_access_thread: ofSysmon(9),
  process_access: ofSysmon(10),
  file_event: ofSysmon(11),
  registry_event: ofSysmon(12, 13, 14),
  registry_add: ofSysmon(12),
  registry_delete: ofSysmon(12),
  registry_set: ofSysmon(13),
  registry_rename: ofSysmon(14),
  create_stream_hash: ofSysmon(15),
  pipe_created: ofSysmon(17, 18),
  wmi_event: ofSysmon(19, 20, 21),
  dns_query: ofSysmon(22),
  file_delete: ofSysmon(23),
  clipboard_capture: ofSysmon(24),
  process_tampering: ofSysmon(25),
  file_delete_detected: ofSysmon(26),
  file_block_executable: ofSysmon(27),
  file_block_shredding: ofSysmon(28),
  file_executable_detected: ofSysmon(29),
  sysmon_error: ofSysmon(255),
  ps_classic_start: [{ channels: classicPowerShell, ids: [400] }],
  ps_classic_provider_start: [{ channels: classicPowerShell, ids: [600] }],
  ps_classic_script: [{ channels: classicPowerShell, ids: [800] }],
  ps_module: [{ channels: powerShell, ids: [4103] }],
  ps_script: [{ channels: powerShell, ids: [4104] }],
  file_access: ofKernelFile,
  file_rename: ofKernelFile,
};

const operational = (name: string): readonly string[] => [`Microsoft-Windows-${name}/Operational`];
const serviceBus = ['Microsoft-ServiceBus-Client/Operational', 'Microsoft-ServiceBus-Client/Admin'];

/** The same appendix, "Service", and three services that rules of SigmaHQ use and the appendix lacks. */
const services: Readonly<Record<string, readonly string[]>> = {
  application: ['Application'],
  'application-experience': [
    'Microsoft-Windows-Application-Experience/Program-Telemetry',
    'Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant',
  ],
  applocker: [
    'Microsoft-Windows-AppLocker/MSI and Script',
    'Microsoft-Windows-AppLocker/EXE and DLL',
    'Microsoft-Windows-AppLocker/Packaged app-Deployment',
    'Microsoft-Windows-AppLocker/Packaged app-Execution',
  ],
  'appmodel-runtime': ['Microsoft-Windows-AppModel-Runtime/Admin'],
  'appxdeployment-server': operational('AppXDeploymentServer'),
  'appxpackaging-om': operational('AppxPackaging'),
  bitlocker: ['Microsoft-Windows-BitLocker/BitLocker Management'],
  'bits-client': operational('Bits-Client'),
  capi2: operational('CAPI2'),
  'certificateservicesclient-lifecycle-system': operational('CertificateServicesClient-Lifecycle-System'),
  'codeintegrity-operational': operational('CodeIntegrity'),
  dhcp: operational('DHCP-Server'),
  'diagnosis-scripted': operational('Diagnosis-Scripted'),
  'dns-client': operational('DNS Client Events'),
  'dns-server': ['DNS Server'],
  'dns-server-analytic': ['Microsoft-Windows-DNS-Server/Analytical'],
  'dns-server-audit': ['Microsoft-Windows-DNS-Server/Audit'],
  'driver-framework': operational('DriverFrameworks-UserMode'),
  'firewall-as': ['Microsoft-Windows-Windows Firewall With Advanced Security/Firewall'],
  'hyper-v-worker': ['Microsoft-Windows-Hyper-V-Worker'],
  'iis-configuration': ['Microsoft-IIS-Configuration/Operational'],
  'kernel-event-tracing': ['Microsoft-Windows-Kernel-EventTracing'],
  'kernel-shimengine': [
    'Microsoft-Windows-Kernel-ShimEngine/Operational',
    'Microsoft-Windows-Kernel-ShimEngine/Diagnostic',
  ],
  ldap: ['Microsoft-Windows-LDAP-Client/Debug'],
  'lsa-server': operational('LSA'),
  'microsoft-servicebus-client': serviceBus,
  'msexchange-management': ['MSExchange Management'],
  ntfs: operational('Ntfs'),
  ntlm: operational('NTLM'),
  openssh: ['OpenSSH/Operational'],
  powershell: powerShell,
  'powershell-classic': classicPowerShell,
  'printservice-admin': ['Microsoft-Windows-PrintService/Admin'],
  'printservice-operational': operational('PrintService'),
  security: ['Security'],
  'security-mitigations': [
    'Microsoft-Windows-Security-Mitigations/Kernel Mode',
    'Microsoft-Windows-Security-Mitigations/User Mode',
  ],
  sense: operational('SENSE'),
  'servicebus-client': serviceBus,
  'shell-core': operational('Shell-Core'),
  'smbclient-connectivity': ['Microsoft-Windows-SmbClient/Connectivity'],
  'smbclient-security': ['Microsoft-Windows-SmbClient/Security'],
  'smbserver-connectivity': ['Microsoft-Windows-SMBServer/Connectivity'],
  sysmon,
  system: ['System'],
  taskscheduler: operational('TaskScheduler'),
  'terminalservices-localsessionmanager': operational('TerminalServices-LocalSessionManager'),
  vhdmp: operational('VHDMP'),
  windefend: operational('Windows Defender'),
  wmi: operational('WMI-Activity'),
};

/**
 * The events that a log source of Windows stands for; undefined where that is not known, and for every other product.
 * A category that stands beside a service is the narrower of the two.
 */
export function windowsEvents({
  product,
  category,
  service,
}: SigmaLogSource): readonly WindowsEvents[] | undefined {
  if (product !== 'windows') return undefined;
  if (category !== undefined) return Object.hasOwn(categories, category) ? categories[category] : undefined;
  if (service === undefined || !Object.hasOwn(services, service)) return undefined;
  return [{ channels: services[service] ?? [] }];
}
