import { mappedFields } from './sigma-profile.ts';

/** Winlogbeat: the event's data under `winlog.event_data`, the rest under `winlog`. */
export const winlogbeat = mappedFields(
  {
    Channel: 'winlog.channel',
    EventID: ['winlog.event_id', 'event.code'],
    Provider_Name: 'winlog.provider_name',
    Computer: 'winlog.computer_name',
    ComputerName: 'winlog.computer_name',
    Execution_ProcessID: 'winlog.process.pid',
    Execution_ThreadID: 'winlog.process.thread.id',
    Message: 'message',
  },
  (field) => [`winlog.event_data.${field}`, `winlog.user_data.${field}`],
);
