/** Commands of `workspace/executeCommand`. */
export const commandNames = ['waybill.check', 'waybill.deployedText', 'waybill.midstreamText'] as const;
