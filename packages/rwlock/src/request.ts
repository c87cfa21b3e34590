/** What can be asked for. An `upgrade` turns an upgradable hold into the write hold. */
export type Request = 'read' | 'write' | 'upgradable' | 'upgrade';
