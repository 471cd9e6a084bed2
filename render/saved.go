package render

import (
	"fmt"

	"github.com/mtlsctl/mtlsctl/analyze"
	"github.com/mtlsctl/mtlsctl/render/format"
	"github.com/mtlsctl/mtlsctl/render/wire"
)

// Saved is the View of a report that wire.Read gave, which shows what the command that wrote
// it showed. Checks document the codes of findings. A structure of which there is no View is
// an error.
func Saved(report any, checks []*analyze.Check) (format.View, error) {
	switch r := report.(type) {
	case *wire.Report:
		return Findings{Report: r, Checks: checks}, nil
	case *wire.TestReport:
		return Expectations{Report: r}, nil
	case *wire.ConnectionList:
		return savedConnections{r}, nil
	case *wire.ConnectionPairList:
		return savedPairs{r}, nil
	case *wire.PageData:
		return Page{savedTopic(r)}, nil
	case *wire.PageList:
		return savedPages(r), nil
	case *wire.RightsList:
		return Rights{Cluster: r.Cluster, Namespace: r.Namespace, Rights: r.Items}, nil
	case *wire.Version:
		return Version{r}, nil
	case *wire.WorkloadList:
		return savedWorkloads{r}, nil
	case *wire.AuthorizationList:
		return Authorizations{r}, nil
	case *wire.PolicyList:
		return Policies{r}, nil
	case *wire.RuleList:
		return Rules{r}, nil
	case *wire.MigrationStatus:
		return savedMigration{r}, nil
	case *wire.MigrationPlan:
		return savedPlan{r}, nil
	case *wire.DiffList:
		return savedDiff{r, checks}, nil
	case *wire.VerifyReport:
		return Verified{Report: r, Checks: checks}, nil
	case *wire.Diagnosis:
		return Diagnosed{r}, nil
	case *wire.Graph:
		return Graph{r}, nil
	case *wire.NamespaceList:
		return Namespaces{r, false}, nil
	case *wire.ConnectionMatrix:
		return Matrix{r}, nil
	case *wire.ExceptionList:
		return Exceptions{r}, nil
	case *wire.EnvironmentList:
		return Environments{r}, nil
	}
	return nil, fmt.Errorf("%T has no view", report)
}
