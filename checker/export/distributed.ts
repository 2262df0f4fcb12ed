/**
 * The commands for TLC's distributed mode, as a script to read and to take lines from: a master, workers, and servers
 * that hold the fingerprints.
 */
export function distributedScript(module: string): string {
  return `#!/bin/sh
# TLC on several machines, for ${module}.tla and ${module}.cfg. Every machine needs Java and the same tla2tools.jar; the
# module is needed by the master alone, which hands it on. Take TLC 1.7.4: builds since February 2026 (1.8.0) cannot send
# the set of fingerprints to the workers, which end with a NotSerializableException for MultiFPSet.
#
#   on the master:               sh ${module}-distributed.sh master [FINGERPRINT_SERVERS]
#   on machines with memory:     sh ${module}-distributed.sh fingerprints MASTER
#   on machines with processors: sh ${module}-distributed.sh worker MASTER
#
# Without fingerprint servers the master holds the fingerprints itself; otherwise it waits until as many have come. HOST
# is the name by which the others reach this machine, TLA2TOOLS the path of tla2tools.jar, MEMORY what Java may take.
# Distributed, TLC decides invariants but no properties of runs, so these are left out of the configuration. Its number
# of distinct states is exact; states generated are counted otherwise than on one machine, and differ from run to run. Of
# a violation it prints the last states only.
set -eu
TLA2TOOLS="\${TLA2TOOLS:-tla2tools.jar}"
HOST="\${HOST:-$(hostname)}"
java="java -XX:+UseParallelGC -Xmx\${MEMORY:-4g} -Djava.rmi.server.hostname=$HOST -cp $TLA2TOOLS"
case "\${1:-}" in
master)
  grep -v '^PROPERTY' ${module}.cfg > ${module}-safety.cfg
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
