/**
 * The commands for TLC's distributed mode, as a script to read and to take lines from: a master, workers, and servers
 * that hold the fingerprints.
 */
export function distributedScript(module: string): string {
  return `#!/bin/sh
# TLC on several machines, for ${module}.tla and ${module}.cfg. Every machine needs Java and tla2tools.jar; the module is
# needed by the master alone, which hands it on. TLC decides invariants like this, but no properties of runs: take the
# PROPERTY lines out of ${module}.cfg first (this script does so in a copy).
#
#   on the master:              sh ${module}-distributed.sh master [FINGERPRINT_SERVERS]
#   on machines with processors: sh ${module}-distributed.sh worker MASTER
#   on machines with memory:    sh ${module}-distributed.sh fingerprints MASTER
#
# Without fingerprint servers the master holds the fingerprints itself. HOST is the name by which the others reach this
# machine, TLA2TOOLS the path of tla2tools.jar, MEMORY what Java may take.
set -eu
TLA2TOOLS="\${TLA2TOOLS:-tla2tools.jar}"
HOST="\${HOST:-$(hostname)}"
java="java -XX:+UseParallelGC -Xmx\${MEMORY:-4g} -Djava.rmi.server.hostname=$HOST -cp $TLA2TOOLS"
case "\${1:-}" in
master)
  grep -v '^PROPERTY' ${module}.cfg > ${module}-safety.cfg
  # With servers, the master waits until as many have come as it is told.
  servers="\${2:+-Dtlc2.tool.distributed.TLCServer.expectedFPSetCount=$2}"
  exec $java $servers tlc2.tool.distributed.TLCServer -config ${module}-safety.cfg ${module}.tla
  ;;
worker)
  exec $java tlc2.tool.distributed.TLCWorker "$2"
  ;;
fingerprints)
  exec $java tlc2.tool.distributed.fp.DistributedFPSet "$2"
  ;;
*)
  echo "usage: sh $0 master [FINGERPRINT_SERVERS] | worker MASTER | fingerprints MASTER" >&2
  exit 2
  ;;
esac
`;
}
