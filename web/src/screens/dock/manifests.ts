// What a manifest that is not in the box yet is called in the queue.

/** Files and typed manifests: nothing builds upon one before the box has made shipments of it. */
export const MANIFESTS = 'manifests';
