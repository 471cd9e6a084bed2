// Command mtlsctl tells which Istio traffic is really mTLS.
package main

import (
	"os"

	"github.com/mtlsctl/mtlsctl/cmd"
)

func main() { os.Exit(cmd.Main(os.Args[1:], cmd.Process())) }
