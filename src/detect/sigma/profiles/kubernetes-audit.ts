import { mappedFields } from './sigma-profile.ts';

/** The audit log of Kubernetes: its own names; what rules call by a last name alone stands deeper. */
export const kubernetesAudit = mappedFields({
  apiGroup: 'objectRef.apiGroup',
  namespace: 'objectRef.namespace',
  hostPath: 'requestObject.spec.volumes.hostPath.path',
  capabilities: 'requestObject.spec.containers.securityContext.capabilities.add',
  username: 'user.username',
});
