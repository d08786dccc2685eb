/**
 * How long to wait for something that the server must bring about, in milliseconds. The run against a mute server sets
 * it low.
 */
export const patience = Number(process.env.WAYBILL_EDITOR_PATIENCE ?? 20_000);
