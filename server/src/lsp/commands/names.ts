/** Commands of `workspace/executeCommand`. */
export const commandNames = ['waybill.check', 'waybill.deployedText', 'waybill.midstreamText'] as const;
export type CommandName = (typeof commandNames)[number];
