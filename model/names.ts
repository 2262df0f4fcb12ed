/** How charts and sentences call a CPU. */
export function cpuName(cpu: number): string {
  return `CPU${cpu}`;
}

/** How charts and sentences call a vector: a letter, as on the kernel's lists; numbers past Z. */
export function vectorName(vector: number): string {
  return vector < 26 ? String.fromCharCode(65 + vector) : String(vector);
}

/** A CPU and one of its vectors: where a message goes. */
export function targetName(target: { readonly cpu: number; readonly vector: number }): string {
  return `${cpuName(target.cpu)}/vector ${vectorName(target.vector)}`;
}

/** The device's column; with one device it needs no number. */
export function deviceName(device: number, devices: number): string {
  return devices === 1 ? "Device" : `Device${device}`;
}
