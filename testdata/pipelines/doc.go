// Package pipelines holds mtlsctl analyze against programs that were not written here:
// every output format is read by its own parser or schema, the HTML page is opened in a
// browser, and every example of docs (recipes/pull-request.md, input.md, exit-codes.md) is run as it stands
// there by what would run it: act for GitHub Actions, gitlab-ci-local, pre-commit,
// helm, kustomize and two shells.
//
// act, helm and kustomize are built from source on first need and kept, as the npm
// packages are, in the user's cache folder. Where a program of the system is missing, its
// tests are skipped; where CI is set they fail.
package pipelines
