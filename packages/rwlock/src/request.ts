/**
 * What can be asked for and given back. An `upgrade` turns an upgradable hold into the write hold; giving back a
 * `downgrade` turns the write hold into a read hold.
 */
export type Request = 'read' | 'write' | 'upgradable' | 'upgrade' | 'downgrade';
