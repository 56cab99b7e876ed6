/** How a real board gets what was provisioned: the exact lines to type. */
import { resolve } from 'node:path';
import { boardOf } from '../provision/boards.js';
import type { ProvisionReport } from '../provision/provision.js';

export function instructions(report: ProvisionReport): string {
  const { title, firmware, flashSize, flashMode } = boardOf(report.board);
  const release = report.release === undefined ? 'the sources, unreleased' : `release ${report.release}`;
  return `Made ${report.out} for a ${title} (${report.board}): ${report.files} files, ${report.bytes} bytes.
  starts with ${release}; trusts the key ${report.keyId}; enrolled as ${report.id}
  knows ${report.networks === 1 ? '1 Wi-Fi network' : `${report.networks} Wi-Fi networks`}
It holds the board's own secrets: delete it when the board has it.

Never connect a plug to mains and to a computer at the same time: it kills. 3.3 V from the adapter only.

1. Download the newest ${firmware} from https://micropython.org/download/ESP8266_GENERIC/
   (here FIRMWARE.bin), and hold the button (GPIO0 low) while the board gets its power. PORT is /dev/ttyUSB0, COM3 or the like.
     esptool --port PORT erase-flash
     esptool --port PORT --baud 460800 write-flash --flash-size=${flashSize} --flash-mode ${flashMode} 0 FIRMWARE.bin
   (esptool before version 5: esptool.py, erase_flash, write_flash, --flash_size=${flashSize} --flash_mode ${flashMode})
2. Give it its power again without the button, then copy the files and start:
     cd ${quote(resolve(report.out))}
     mpremote connect PORT cp -r ${report.names.join(' ')} : + reset
`;
}

/** As one word of a POSIX shell. */
function quote(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
