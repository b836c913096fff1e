import { mappedFields } from './sigma-profile.ts';

/** NXLog's im_msvistalog: flat, the event's data by its own names. */
export const nxlog = mappedFields({
  Provider_Name: 'SourceName',
  Computer: 'Hostname',
  ComputerName: 'Hostname',
  Execution_ProcessID: 'ExecutionProcessID',
  Execution_ThreadID: 'ThreadID',
});
