package exportbucket

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/argument"
	"github.com/atlasbackup/terraform-provider-atlasbackup/internal/atlas"
)

type azureServiceURL struct{}

// NewAzureServiceURL returns the function azure_service_url.
func NewAzureServiceURL() function.Function { return azureServiceURL{} }

func (azureServiceURL) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "azure_service_url"
}

func (azureServiceURL) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The service URL of a container in an Azure storage account.",
		MarkdownDescription: "Returns `https://<storage_account>.blob.core.windows.net/<container>`, for `service_url` of " +
			"`atlasbackup_export_bucket`. With the container in it, `bucket_name` can be left out.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "storage_account",
				MarkdownDescription: "The name of the storage account, 3 to 24 lower-case letters and digits.",
			},
			function.StringParameter{
				Name: "container",
				MarkdownDescription: "The name of the container, 3 to 63 lower-case letters, digits and single hyphens. It starts and ends with a " +
					"letter or digit.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (azureServiceURL) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var place serviceURL
	if resp.Error = req.Arguments.Get(ctx, &place.account, &place.container); resp.Error != nil {
		return
	}
	if !account.MatchString(place.account) {
		resp.Error = invalidArgument(0, errors.New("write the name of an Azure storage account alone, 3 to 24 lower-case letters and digits"))
		return
	}
	onAzure := attributes{CloudProvider: types.StringValue(atlas.Azure)}
	if err := onAzure.checkBucketName(place.container); err != nil {
		resp.Error = invalidArgument(1, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, "https://"+place.account+blobDomain+"/"+place.container)
}

type parseAzureServiceURL struct{}

// NewParseAzureServiceURL returns the function parse_azure_service_url.
func NewParseAzureServiceURL() function.Function { return parseAzureServiceURL{} }

func (parseAzureServiceURL) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_azure_service_url"
}

func (parseAzureServiceURL) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "The storage account and the container of an Azure service URL.",
		MarkdownDescription: "Returns an object with `storage_account` and `container`. `container` is null when the URL has none. The URL is one " +
			"that `service_url` of `atlasbackup_export_bucket` accepts, such as `primary_blob_endpoint` of `azurerm_storage_account`.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "url",
			MarkdownDescription: "`https://<storage account>.blob.core.windows.net`, with or without a container as its path, and with or " +
				"without a `/` at the end.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{"storage_account": types.StringType, "container": types.StringType}},
	}
}

func (parseAzureServiceURL) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var url string
	if resp.Error = req.Arguments.Get(ctx, &url); resp.Error != nil {
		return
	}
	parsed, err := parseServiceURL(url)
	if err != nil {
		resp.Error = invalidArgument(0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, struct {
		StorageAccount types.String `tfsdk:"storage_account"`
		Container      types.String `tfsdk:"container"`
	}{types.StringValue(parsed.account), argument.StringOrNull(parsed.container)})
}
